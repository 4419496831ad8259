/** Opens a cluster: kubeconfig, credentials, first contact, and who carries out the changes. */
import { delimiter, resolve } from 'node:path'
import { clusterUnreachable, credentialsFailed, kubectlMissing, kubectlTooOld } from '../errors/catalog/cluster.ts'
import { createApiClient } from './api-client.ts'
import { createApiExecutor } from './api-executor.ts'
import { createAuth } from './auth.ts'
import type { FoundKubectl } from './find-kubectl.ts'
import { createKubeApi } from './kube-api.ts'
import { listContexts, loadKubeconfig } from './kubeconfig.ts'
import type { ClusterPort, Executor } from './port.ts'
import { realSleep, type Sleep } from './retry.ts'
import type { KubectlTarget } from './to-kubectl-args.ts'
import { createTransport } from './transport.ts'

export interface ConnectOptions {
  /** Required: the current context is never used by itself. */
  context?: string
  kubeconfig?: string
  via: 'kubectl' | 'api' | 'auto'
  isSandbox: boolean
  /** Else $HW_KUBECTL, else PATH. */
  kubectlPath?: string
  /** Where kubectl runs, so that relative paths of a line mean the same as for the reader. */
  workdir?: string
  /** kubectl's discovery cache; default: kubectl's own. */
  kubectlCacheDir?: string
  /** The lines shown are for a shell the workshop opened (KUBECONFIG set there). */
  insideShell?: boolean
  signal?: AbortSignal
  sleep?: Sleep
  env?: Readonly<Record<string, string | undefined>>
}

export async function connectCluster(options: ConnectOptions): Promise<ClusterPort> {
  const sleep = options.sleep ?? realSleep
  const loaded = loadKubeconfig(options.isSandbox ? { ...options, context: sandboxContext(options) } : options)
  const auth = createAuth(loaded, undefined, options.env ?? process.env)
  const transport = createTransport({ server: loaded.server, context: loaded.context, auth, sleep })
  const api = createKubeApi(transport, loaded)
  try {
    const [kubectl] = await Promise.all([chooseKubectl(options), contact()])
    const files = loaded.files.join(delimiter)
    const executor: Executor = kubectl
      ? (await import('./kubectl.ts')).createKubectlExecutor({
          path: kubectl.path,
          context: loaded.context,
          kubeconfig: files,
          workdir: options.workdir,
          cacheDir: options.kubectlCacheDir,
          isSandbox: options.isSandbox,
          sleep,
        })
      : createApiExecutor({ api, sleep })
    const target: KubectlTarget = {
      context: options.isSandbox ? 'sandbox' : loaded.context,
      isSandbox: options.isSandbox,
      // Lines are pasted in the workshop's folder, where a relative path would mean another file.
      ...(options.kubeconfig === undefined ? {} : { kubeconfig: resolve(options.kubeconfig) }),
      ...(options.insideShell ? { insideShell: true } : {}),
    }
    return createApiClient({ api, executor, kubeconfig: files, isSandbox: options.isSandbox, target, sleep })
  } catch (error) {
    transport.close()
    throw error
  }

  /** One quick request, so that a wrong address or a stale login is said at once and not in the middle of a step. */
  async function contact(): Promise<void> {
    try {
      await transport.send({
        method: 'GET',
        path: '/version',
        attempts: 2,
        timeoutMs: 15_000,
        wholeMs: 15_000,
        signal: options.signal,
      })
    } catch (error) {
      const { status, message } = error as { status?: number; message: string }
      if (status === 401) throw credentialsFailed(loaded.context, message, error)
      // An API that answers, though not this question, is there.
      if (status !== undefined && status < 500) return
      if (status !== undefined) throw clusterUnreachable(loaded.context, loaded.server, message, error)
      throw error
    }
  }
}

/** The sandbox's file is ours and has one context, whatever it is called there. */
function sandboxContext(options: ConnectOptions): string | undefined {
  const contexts = listContexts(options)
  return (contexts.find((context) => context.name === options.context) ?? contexts.find((context) => context.isCurrent))
    ?.name
}

async function chooseKubectl(options: ConnectOptions): Promise<{ path: string } | null> {
  if (options.via === 'api') return null
  // What starts processes is loaded only where a process is started: it is the biggest part of this folder.
  const { findKubectl } = await import('./find-kubectl.ts')
  const found: FoundKubectl = await findKubectl({
    path: options.kubectlPath,
    ...(options.env ? { env: options.env } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  })
  if (found.kind === 'found') return { path: found.path }
  // `auto` goes on without kubectl; who asked for kubectl is told why not.
  if (options.via === 'auto') return null
  if (found.kind === 'too-old') throw kubectlTooOld(found.path, found.version, found.needed)
  throw kubectlMissing(found.kind === 'missing' ? found.tried : `${found.path}: ${found.message}`)
}
