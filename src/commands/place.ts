import { hostname } from 'node:os'
import { join } from 'node:path'
import type { ClusterPort } from '../cluster/port.ts'
import { usageError } from '../errors/catalog/usage.ts'
import type { Sandbox } from '../sandbox/contracts.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import type { PlaceOptions } from './options.ts'

/** A connected cluster, and the sandbox behind it when it is one. */
export interface Place {
  cluster: ClusterPort
  sandbox: Sandbox | null
  home: string
  close(): Promise<void>
}

/** What a command means to do there: only `write` asks whether this cluster is meant. */
export type Purpose = 'read' | 'write'

/** Options that contradict each other, found before anything is opened. */
export function checkPlaceOptions(options: PlaceOptions): void {
  if (options.sandbox && options.context) {
    throw usageError(
      '--sandbox and --context name two different places.',
      'Give one of them: --sandbox, or --context NAME for a real cluster.',
    )
  }
  if (options.kubeconfig && !options.context) {
    throw usageError(
      '--kubeconfig needs --context: a context is never used because it is the current one.',
      `Name it: --context NAME --kubeconfig ${options.kubeconfig}. To see them: kubectl config get-contexts --kubeconfig ${options.kubeconfig}`,
    )
  }
}

/** Opens the sandbox (or attaches to the one running on this home) or connects to the named context. */
export async function openPlace(options: PlaceOptions, context: CommandContext, purpose: Purpose): Promise<Place> {
  checkPlaceOptions(options)
  const home = homeFolder(options.home, context.io.env)
  if (options.context) {
    const { connectCluster } = await import('../cluster/connect.ts')
    const cluster = await connectCluster({
      context: options.context,
      ...(options.kubeconfig ? { kubeconfig: options.kubeconfig } : {}),
      via: options.via,
      isSandbox: false,
      workdir: workshopFolder(home),
      signal: context.signal,
    })
    try {
      if (purpose === 'write') {
        const { confirmCluster } = await import('./confirm.ts')
        await confirmCluster(cluster, options, context)
      }
    } catch (error) {
      await cluster.close()
      throw error
    }
    return { cluster, sandbox: null, home, close: () => cluster.close() }
  }
  const { openSandbox } = await import('../sandbox/open-sandbox.ts')
  // The thread starts while this one loads its side.
  const opening = openSandbox({
    home,
    calico: options.calico,
    timeScale: options.timeScale,
    ...(options.port === undefined ? {} : { port: options.port }),
  })
  const [{ connectCluster }, sandbox] = await Promise.all([import('../cluster/connect.ts'), opening])
  let cluster: ClusterPort
  try {
    cluster = await connectCluster({
      kubeconfig: sandbox.kubeconfigPath,
      context: 'sandbox',
      via: options.via,
      isSandbox: true,
      workdir: workshopFolder(home),
      // kubectl keeps what a server offers by its address; ours may be another Calico tomorrow.
      kubectlCacheDir: join(home, `kubectl-cache-${options.calico}`),
      insideShell: context.io.env.HIPSTER_WORKSHOP_SHELL === '1',
      signal: context.signal,
    })
  } catch (error) {
    // Its thread, or its server, would keep the program from ending.
    await sandbox.close()
    throw error
  }
  return {
    cluster,
    sandbox,
    home,
    async close() {
      await cluster.close()
      await sandbox.close()
    },
  }
}

/** Who this process is, for the lock two runners see. */
export function runnerIdentity(): { host: string; pid: number; isAlive(pid: number): boolean } {
  return {
    host: hostname(),
    pid: process.pid,
    isAlive(pid) {
      try {
        process.kill(pid, 0)
        return true
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM'
      }
    },
  }
}

/** The folder the steps and manifests are copied to, so that every line shown works when pasted from there. */
export function workshopFolder(home: string): string {
  return join(home, 'workshop')
}
