/**
 * The files of one container: a few the runtime and the image put there, and what its processes wrote. Only what a
 * shell session looks at exists; commands show up in /bin as the image's tools.
 */
import type { ImageFacts } from './images.ts'

export type FileError = 'not-found' | 'is-directory' | 'not-directory' | 'read-only' | 'denied'

export interface ContainerFiles {
  read(path: string): string | FileErrorResult
  write(path: string, content: string, append?: boolean): FileErrorResult | null
  remove(path: string): FileErrorResult | null
  makeDirectory(path: string): FileErrorResult | null
  isDirectory(path: string): boolean
  isFile(path: string): boolean
  /** Names in a directory, sorted; null when it is none. */
  list(path: string): string[] | null
}

export class FileErrorResult {
  constructor(readonly kind: FileError) {}
  /** libc's words for it. */
  get text(): string {
    return TEXTS[this.kind]
  }
}

const TEXTS: Readonly<Record<FileError, string>> = {
  'not-found': 'No such file or directory',
  'is-directory': 'Is a directory',
  'not-directory': 'Not a directory',
  'read-only': 'Read-only file system',
  denied: 'Permission denied',
}

export interface FilesOptions {
  image: ImageFacts
  /** Files that are there from the start: path to content. */
  given: Readonly<Record<string, string>>
  readOnlyRoot: boolean
  /** Mount paths of volumes that may be written. */
  writableMounts: readonly string[]
  uid: number
}

const DIRECTORIES = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/media',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local',
  '/usr/local/bin',
  '/var',
  '/var/log',
  '/var/run',
]
const MAX_BYTES = 16 * 1024 * 1024

export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of `${path.startsWith('/') ? '' : cwd}/${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export function createFiles({ image, given, readOnlyRoot, writableMounts, uid }: FilesOptions): ContainerFiles {
  const files = new Map(Object.entries(given))
  const directories = new Set([...DIRECTORIES, ...writableMounts])
  for (const path of files.keys()) for (let at = parentOf(path); at !== '/'; at = parentOf(at)) directories.add(at)
  let bytes = 0

  const isTool = (path: string): boolean =>
    /^\/(usr\/)?(local\/)?s?bin\/[^/]+$/.test(path) && image.tools.has(path.slice(path.lastIndexOf('/') + 1))
  const isDirectory = (path: string): boolean => directories.has(path)
  const isDevice = (path: string): boolean =>
    ['/dev/null', '/dev/zero', '/dev/stdout', '/dev/stderr', '/dev/stdin', '/dev/tty', '/dev/urandom'].includes(path)
  const isFile = (path: string): boolean => files.has(path) || isTool(path) || isDevice(path)

  const refusal = (path: string): FileErrorResult | null => {
    const inVolume = writableMounts.some((mount) => path === mount || path.startsWith(`${mount}/`))
    if (inVolume || path.startsWith('/dev/')) return null
    if (readOnlyRoot) return new FileErrorResult('read-only')
    if (path.startsWith('/proc/') || path.startsWith('/sys/')) return new FileErrorResult('denied')
    return uid === 0 || path.startsWith('/tmp/') || path.startsWith('/var/tmp/') ? null : new FileErrorResult('denied')
  }

  return {
    isDirectory,
    isFile,
    read(path) {
      if (isDirectory(path)) return new FileErrorResult('is-directory')
      if (isDevice(path) || isTool(path)) return ''
      return files.get(path) ?? new FileErrorResult('not-found')
    },
    write(path, content, append = false) {
      if (isDevice(path)) return null
      if (isDirectory(path)) return new FileErrorResult('is-directory')
      if (!isDirectory(parentOf(path))) return new FileErrorResult('not-found')
      const refused = refusal(path)
      if (refused !== null) return refused
      bytes += content.length
      if (bytes > MAX_BYTES) return new FileErrorResult('denied')
      files.set(path, append ? (files.get(path) ?? '') + content : content)
      return null
    },
    remove(path) {
      if (!isFile(path) && !isDirectory(path)) return new FileErrorResult('not-found')
      const refused = refusal(path)
      if (refused !== null) return refused
      for (const each of files.keys()) if (each === path || each.startsWith(`${path}/`)) files.delete(each)
      for (const each of [...directories]) if (each === path || each.startsWith(`${path}/`)) directories.delete(each)
      return null
    },
    makeDirectory(path) {
      const refused = refusal(path)
      if (refused !== null) return refused
      directories.add(path)
      return null
    },
    list(path) {
      if (!isDirectory(path)) return null
      const prefix = path === '/' ? '/' : `${path}/`
      const names = new Set<string>()
      for (const each of [...files.keys(), ...directories]) {
        if (each !== path && each.startsWith(prefix)) names.add(each.slice(prefix.length).split('/')[0] as string)
      }
      if (path === '/bin' || path === '/usr/bin') for (const tool of image.tools) names.add(tool)
      if (path === '/dev')
        for (const device of ['null', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero']) names.add(device)
      return [...names].filter((name) => name !== '').sort()
    },
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
