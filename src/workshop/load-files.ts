/** The folders of the content: steps/<track>/*.yaml, steps/<track>/expect/*.yaml, manifests/. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contentMissing, contentUnreadable } from '../errors/catalog/content.ts'

/** Our own content: the nearest folder above this file (or the bundle) with steps and manifests. */
export function packagedContentDir(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'steps')) && existsSync(join(dir, 'manifests'))) return dir
    if (dirname(dir) === dir) throw contentMissing(from)
  }
}

/** Ids of the tracks in a content folder: the folders under steps/ with a track.yaml. */
export function listTracks(contentDir: string): string[] {
  const steps = join(contentDir, 'steps')
  if (!existsSync(steps) || !existsSync(join(contentDir, 'manifests'))) throw contentMissing(contentDir)
  return readdirSync(steps, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(steps, entry.name, 'track.yaml')))
    .map((entry) => entry.name)
    .sort()
}

export function manifestPath(contentDir: string, name: string): string {
  return join(contentDir, 'manifests', name)
}

/** Every manifest of a content folder, relative to manifests/. */
export function listManifests(contentDir: string): string[] {
  const root = join(contentDir, 'manifests')
  const walk = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? walk(join(dir, entry.name))
        : /\.ya?ml$/.test(entry.name)
          ? [relative(root, join(dir, entry.name)).replaceAll('\\', '/')]
          : [],
    )
  return walk(root).sort()
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'permission denied',
      EISDIR: 'it is a folder',
    }
    throw contentUnreadable(file, reasons[code ?? ''] ?? String(code), cause)
  }
}

/** Names of the YAML files of a folder; none when it does not exist. */
export function yamlFiles(dir: string): string[] {
  return existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
        .map((entry) => basename(entry.name))
        .sort()
    : []
}

/** Paths in messages: relative to where the person stands when that is shorter. */
export function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') || near === '' ? file : near
}
