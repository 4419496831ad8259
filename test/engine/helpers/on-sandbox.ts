// The engine on the embedded sandbox through the real adapters, as the commands put them together.
import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectCluster } from '../../../src/cluster/connect.ts'
import type { ClusterPort } from '../../../src/cluster/port.ts'
import { createEngineFiles } from '../../../src/commands/engine-files.ts'
import { defaultOptions, type EngineDeps } from '../../../src/engine/deps.ts'
import { createMemory, type Work } from '../../../src/engine/scope.ts'
import type { SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { loadTrack, packagedContentDir } from '../../../src/workshop/load.ts'
import { copyContent } from '../../../src/workshop/load-copy.ts'
import { openProgress } from '../../../src/workshop/progress.ts'

// One signal ends fourteen execs at once.
setMaxListeners(0)

export interface Lab {
  home: string
  kubeconfig: string
  cluster: ClusterPort
  work: Work
  close(): Promise<void>
}

export async function openLab(
  options: Partial<SandboxOptions> & { track?: string; via?: 'api' | 'kubectl' } = {},
): Promise<Lab> {
  const { track: id = 'calico', via = 'api', ...more } = options
  const home = mkdtempSync(join(tmpdir(), 'hw-engine-'))
  const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0, ...more })
  const context = /current-context: (\S+)/.exec(sandbox.kubeconfig)?.[1] ?? ''
  const cluster = await connectCluster({ kubeconfig: sandbox.kubeconfigPath, context, via, isSandbox: true })
  const workshop = join(home, 'workshop')
  copyContent(packagedContentDir(), workshop)
  const deps: EngineDeps = {
    cluster,
    clock: { now: () => new Date(), monotonic: () => performance.now() },
    sleep: async (ms, signal) => {
      await delay(ms, undefined, signal ? { signal } : {})
    },
    files: createEngineFiles(home, workshop),
    progress: openProgress(home, 'lab', id),
    self: { host: 'lab', pid: process.pid, isAlive: () => true },
    options: { ...defaultOptions, deadlineMs: 8_000, pollMs: 20 },
  }
  const track = loadTrack(packagedContentDir(), id)
  return {
    home,
    kubeconfig: sandbox.kubeconfigPath,
    cluster,
    work: { deps, track, memory: createMemory(), signal: new AbortController().signal },
    async close() {
      await cluster.close()
      await sandbox.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
