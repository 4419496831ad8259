/** The clusters these tests run against: the embedded sandbox, and a real node when one is up (see its README). */
import { existsSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { connectCluster } from '../../src/cluster/connect.ts'
import { findKubectl } from '../../src/cluster/find-kubectl.ts'
import type { ClusterPort } from '../../src/cluster/port.ts'

export interface TestPlace {
  name: string
  /** Why its tests are skipped; null when they run. */
  skipped: string | null
  connect(via: 'api' | 'kubectl'): Promise<ClusterPort>
  close(): Promise<void>
}

const found = await findKubectl()
export const kubectl = found.kind === 'found' ? found.path : null
export const noKubectl = kubectl ? null : 'no kubectl: set HW_KUBECTL or put one on PATH'

const folder =
  process.env.HW_CLUSTER_DIR ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hipster-workshop-tools', 'cluster')

async function realNode(): Promise<TestPlace> {
  const kubeconfig = join(folder, 'kubeconfig')
  const skipped = !process.env.HW_REAL_NODE
    ? 'a real node is used only with HW_REAL_NODE=1'
    : !existsSync(kubeconfig)
      ? 'no real node: nothing is built'
      : (await answers('127.0.0.1', 16443))
        ? null
        : 'no real node: it is not up'
  return {
    name: 'a real node',
    skipped,
    connect: (via) =>
      connectCluster({
        kubeconfig,
        context: 'hw-cluster',
        via,
        isSandbox: false,
        kubectlCacheDir: join(folder, 'run', 'kubectl-cache'),
      }),
    close: async () => {},
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: 1000 })
    const end = (value: boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
    socket.on('timeout', () => end(false))
  })
}

async function sandbox(): Promise<TestPlace> {
  const { mkdtempSync, rmSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const { createSandbox } = await import('../../src/sandbox/create-sandbox.ts')
  const home = mkdtempSync(join(tmpdir(), 'hw-cluster-test-'))
  const running = await createSandbox({ home, calico: '3.32', timeScale: 0 })
  return {
    name: 'the sandbox',
    skipped: null,
    connect: (via) =>
      connectCluster({
        kubeconfig: running.kubeconfigPath,
        context: 'sandbox',
        via,
        isSandbox: true,
        kubectlCacheDir: join(home, 'kubectl-cache'),
      }),
    async close() {
      await running.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export const places: TestPlace[] = [await sandbox(), await realNode()]

/** A title that says why a suite is skipped. */
export function titled(place: TestPlace, reason: string | null = null): string {
  const why = place.skipped ?? reason
  return why ? `${place.name} (skipped: ${why})` : place.name
}
