/** Reads kubeconfig files and picks one context by name. Never the current one: a cluster is used only when it is named. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { contextNotNamed, contextUnknown, kubeconfigInvalid, kubeconfigMissing } from '../errors/catalog/cluster.ts'
import { proxyFor } from './proxy-env.ts'

export interface KubeconfigSource {
  /** `--kubeconfig`; else KUBECONFIG (a list), else ~/.kube/config. */
  kubeconfig?: string | undefined
  context?: string | undefined
  env?: Readonly<Record<string, string | undefined>>
}

/** As in the file, with absolute paths. */
interface ClusterEntry {
  server: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
}

interface UserEntry {
  token?: string
  tokenFile?: string
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  username?: string
  password?: string
  as?: string
  exec?: { command?: string; [key: string]: unknown }
  'auth-provider'?: unknown
}

export interface LoadedKubeconfig {
  context: string
  server: string
  namespace: string
  cluster: ClusterEntry
  user: UserEntry
  /** The files read, as kubectl would get them in KUBECONFIG. */
  files: string[]
}

export interface ContextSummary {
  name: string
  server: string
  isCurrent: boolean
}

interface Merged {
  clusters: Map<string, ClusterEntry>
  users: Map<string, UserEntry>
  contexts: Map<string, { cluster?: string; user?: string; namespace?: string }>
  current: string | undefined
  files: string[]
}

export function kubeconfigFiles(source: KubeconfigSource): string[] {
  const env = source.env ?? process.env
  if (source.kubeconfig) return [resolve(source.kubeconfig)]
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return listed.length > 0 ? listed.map((file) => resolve(file)) : [join(env.HOME || homedir(), '.kube', 'config')]
}

export function loadKubeconfig(source: KubeconfigSource): LoadedKubeconfig {
  const merged = readKubeconfig(source)
  const names = [...merged.contexts.keys()]
  if (source.context === undefined) throw contextNotNamed(names)
  const context = merged.contexts.get(source.context)
  if (!context) throw contextUnknown(source.context, names, merged.files)
  const shown = merged.files.join(', ')
  const cluster = context.cluster === undefined ? undefined : merged.clusters.get(context.cluster)
  if (!cluster) throw kubeconfigInvalid(shown, `context ${source.context} names a cluster that is not in it`)
  const user = context.user ? merged.users.get(context.user) : {}
  if (!user) throw kubeconfigInvalid(shown, `context ${source.context} names a user that is not in it`)
  if (typeof cluster.server !== 'string' || !URL.canParse(cluster.server) || !/^https?:/.test(cluster.server)) {
    throw kubeconfigInvalid(shown, `cluster ${context.cluster} has no valid server address`)
  }
  const proxy = cluster['proxy-url'] ?? proxyFor(cluster.server, source.env ?? process.env)
  return {
    context: source.context,
    server: cluster.server.replace(/\/$/, ''),
    namespace: context.namespace || 'default',
    cluster: proxy ? { ...cluster, 'proxy-url': proxy } : cluster,
    user,
    files: merged.files,
  }
}

/** For the start screen's list. */
export function listContexts(source: KubeconfigSource): ContextSummary[] {
  const { contexts, clusters, current } = readKubeconfig(source)
  return [...contexts].map(([name, entry]) => ({
    name,
    server: clusters.get(entry.cluster ?? '')?.server ?? '',
    isCurrent: name === current,
  }))
}

function readKubeconfig(source: KubeconfigSource): Merged {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), current: undefined, files: [] }
  let missing: { file: string; cause: unknown } | null = null
  for (const file of kubeconfigFiles(source)) {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (cause) {
      // kubectl skips files of the list that are not there; only when none is left is it an error.
      missing ??= { file, cause }
      continue
    }
    const content = parseKubeconfig(file, text)
    const folder = dirname(file)
    // The first file to name something wins, as in kubectl.
    addEntries(merged.clusters, file, content.clusters, 'cluster', (entry) =>
      withPaths(entry, folder, ['certificate-authority']),
    )
    addEntries(merged.users, file, content.users, 'user', (entry) =>
      pluginPath(withPaths(entry, folder, ['client-certificate', 'client-key', 'tokenFile']), folder),
    )
    addEntries(merged.contexts, file, content.contexts, 'context', (entry) => entry)
    merged.current ??= content['current-context'] || undefined
    merged.files.push(file)
  }
  if (merged.files.length === 0) throw kubeconfigMissing(missing?.file ?? '~/.kube/config', missing?.cause)
  return merged
}

function addEntries<T>(
  into: Map<string, T>,
  file: string,
  list: unknown,
  field: string,
  finish: (entry: T) => T,
): void {
  if (list === undefined || list === null) return
  if (!Array.isArray(list)) throw kubeconfigInvalid(file, `${field}s is not a list`)
  for (const [index, item] of list.entries()) {
    if (typeof item?.name !== 'string') throw kubeconfigInvalid(file, `${field}s[${index}] has no name`)
    const entry = item[field]
    if (entry === null || typeof entry !== 'object')
      throw kubeconfigInvalid(file, `${field}s[${index}] (${item.name}) has no ${field}`)
    if (!into.has(item.name)) into.set(item.name, finish(entry))
  }
}

function withPaths<T extends object>(entry: T, folder: string, keys: readonly string[]): T {
  const result = { ...entry } as Record<string, unknown>
  for (const key of keys) {
    const path = result[key]
    if (typeof path === 'string' && path !== '' && !isAbsolute(path)) result[key] = join(folder, path)
  }
  return result as T
}

/** A plugin named with a path is found from the kubeconfig's folder; a bare name on PATH. */
function pluginPath(user: UserEntry, folder: string): UserEntry {
  const command = user.exec?.command
  if (!user.exec || !command || !/[/\\]/.test(command)) return user
  return { ...user, exec: { ...user.exec, command: resolve(folder, command) } }
}

/** By the name of a field, or by the look of it: a line of a token or a certificate in the middle of a block. */
function mayHoldSecret(line: string): boolean {
  return /token|data|password|secret|key|env|value/i.test(line) || /[A-Za-z0-9+/=_-]{20,}/.test(line)
}

function parseKubeconfig(file: string, text: string): Record<string, any> {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const error = document.errors[0]
  if (error) {
    const at = counter.linePos(error.pos[0])
    const excerpt = text.split('\n')[at.line - 1]
    throw kubeconfigInvalid(file, `it is not YAML (${error.message})`, {
      file,
      line: at.line,
      column: at.col,
      // A line of a kubeconfig may hold a credential: shown only when it cannot.
      ...(excerpt !== undefined && excerpt.length < 100 && !mayHoldSecret(excerpt) ? { excerpt } : {}),
    })
  }
  const value: unknown = document.toJS()
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw kubeconfigInvalid(file, 'it is not a mapping with clusters, users and contexts', { file, line: 1, column: 1 })
  }
  return value
}
