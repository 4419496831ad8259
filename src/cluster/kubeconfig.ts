/** Reads kubeconfig files and picks one context by name. Never the current one: a cluster is used only when it is named. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { LineCounter, parseDocument } from 'yaml'
import { contextNotNamed, contextUnknown, kubeconfigInvalid, kubeconfigMissing } from '../errors/catalog/cluster.ts'
import { proxyFor } from './proxy-env.ts'

export interface KubeconfigSource {
  /** `--kubeconfig`; else KUBECONFIG (a list), else ~/.kube/config. */
  kubeconfig?: string | undefined
  context?: string | undefined
  env?: Readonly<Record<string, string | undefined>>
}

export interface LoadedKubeconfig {
  config: KubeConfig
  context: string
  server: string
  /** The files read, as kubectl would get them in KUBECONFIG. */
  files: string[]
  namespace: string
}

export interface ContextSummary {
  name: string
  server: string
  isCurrent: boolean
}

export function kubeconfigFiles(source: KubeconfigSource): string[] {
  const env = source.env ?? process.env
  if (source.kubeconfig) return [resolve(source.kubeconfig)]
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return listed.length > 0 ? listed.map((file) => resolve(file)) : [join(env.HOME || homedir(), '.kube', 'config')]
}

/** Loads the files and sets the named context. */
export async function loadKubeconfig(source: KubeconfigSource): Promise<LoadedKubeconfig> {
  const { config, files } = await readKubeconfig(source)
  const names = config.getContexts().map((entry) => entry.name)
  if (source.context === undefined) throw contextNotNamed(names)
  if (!names.includes(source.context)) throw contextUnknown(source.context, names, files)
  config.setCurrentContext(source.context)
  const cluster = config.getCurrentCluster()
  const shown = files.join(', ')
  if (!cluster) throw kubeconfigInvalid(shown, `context ${source.context} names a cluster that is not in it`)
  const entry = config.getContextObject(source.context)!
  if (entry.user && !config.getCurrentUser())
    throw kubeconfigInvalid(shown, `context ${source.context} names a user that is not in it`)
  if (!URL.canParse(cluster.server))
    throw kubeconfigInvalid(shown, `cluster ${cluster.name} has no valid server address`)
  // client-node honours only proxy-url; kubectl also the environment.
  if (!cluster.proxyUrl) {
    const proxy = proxyFor(cluster.server, source.env ?? process.env)
    if (proxy) (cluster as { proxyUrl?: string }).proxyUrl = proxy
  }
  return { config, context: source.context, server: cluster.server, files, namespace: entry.namespace ?? 'default' }
}

/** For the start screen's list. */
export async function listContexts(source: KubeconfigSource): Promise<ContextSummary[]> {
  const { config } = await readKubeconfig(source)
  return config.getContexts().map((entry) => ({
    name: entry.name,
    server: config.getCluster(entry.cluster)?.server ?? '',
    isCurrent: entry.name === config.getCurrentContext(),
  }))
}

async function readKubeconfig(source: KubeconfigSource): Promise<{ config: KubeConfig; files: string[] }> {
  const { KubeConfig } = await import('./client-node.ts')
  const config = new KubeConfig()
  const files: string[] = []
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
    checkYaml(file, text)
    const part = new KubeConfig()
    try {
      part.loadFromString(text)
      part.makePathsAbsolute(dirname(file))
      makeExecPathsAbsolute(part, dirname(file))
      if (files.length === 0)
        Object.assign(config, {
          contexts: part.contexts,
          clusters: part.clusters,
          users: part.users,
          currentContext: part.currentContext,
        })
      else mergeFirstWins(config, part)
    } catch (cause) {
      throw kubeconfigInvalid(file, cause instanceof Error ? cause.message : String(cause), undefined, cause)
    }
    files.push(file)
  }
  if (files.length === 0) throw kubeconfigMissing(missing?.file ?? '~/.kube/config', missing?.cause)
  return { config, files }
}

/** The first file to name something wins, as in kubectl. */
function mergeFirstWins(config: KubeConfig, part: KubeConfig): void {
  for (const key of ['clusters', 'users', 'contexts'] as const) {
    const known = new Set((config[key] as { name: string }[]).map((entry) => entry.name))
    ;(config as any)[key] = [...config[key], ...(part[key] as any[]).filter((entry) => !known.has(entry.name))]
  }
  if (!config.currentContext) config.currentContext = part.currentContext
}

/** A plugin named with a path is found from the kubeconfig's folder, as in kubectl. */
function makeExecPathsAbsolute(config: KubeConfig, folder: string): void {
  for (const user of config.users as { exec?: { command?: string } }[]) {
    const command = user.exec?.command
    if (user.exec && command && /[/\\]/.test(command)) user.exec.command = resolve(folder, command)
  }
}

function checkYaml(file: string, text: string): void {
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
      ...(excerpt !== undefined && !/(token|data|password|secret|key)\s*:/i.test(excerpt) && excerpt.length < 120
        ? { excerpt }
        : {}),
    })
  }
  const value = document.toJS()
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw kubeconfigInvalid(file, 'it is not a mapping with clusters, users and contexts', { file, line: 1, column: 1 })
  }
}
