// The watch over a port that reports what the test says.
import { describe, expect, it } from 'vitest'
import type { ClusterPort, KubeObject, WatchEvent } from '../../../src/cluster/port.ts'
import type { EngineDeps } from '../../../src/engine/deps.ts'
import { createWorldWatch } from '../../../src/engine/session/world-watch.ts'

const pods = { apiVersion: 'v1', kind: 'Pod' }
const pod = (version: string, labels: Record<string, string> = {}, note = ''): KubeObject => ({
  ...pods,
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: version, labels, annotations: { note } },
})

async function watching() {
  let report: (event: WatchEvent) => void = () => {}
  let announced = 0
  const cluster = {
    surface: async () => ({ resources: new Map([['v1', [{ name: 'pods', kind: 'Pod' }]]]) }),
    watch(_kind: unknown, _options: unknown, onEvent: (event: WatchEvent) => void) {
      report = onEvent
      onEvent({ type: 'synced', objects: [pod('1')] })
      return new Promise<void>(() => {})
    },
  } as unknown as ClusterPort
  // Nobody waits: quiet comes with the next turn.
  const deps = { cluster, sleep: () => new Promise((resolve) => setImmediate(resolve)) } as unknown as EngineDeps
  const watch = createWorldWatch(
    deps,
    [pods],
    () => {
      announced += 1
    },
    new AbortController().signal,
  )
  await watch.ready
  const quiet = async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    const count = announced
    announced = 0
    return count
  }
  await quiet()
  return { watch, report: (event: WatchEvent) => report(event), quiet }
}

describe('the watch of a session', () => {
  it('announces a hundred changes of one moment once', async () => {
    const { report, quiet, watch } = await watching()
    for (let turn = 0; turn < 100; turn += 1)
      report({ type: 'modified', object: pod(String(turn + 2), { turn: String(turn) }) })
    expect(await quiet()).toBe(1)
    expect(watch.snapshot().objects[0]?.metadata.labels).toEqual({ turn: '99' })
  })

  it('announces nothing of changes nobody looks at, and keeps the very same reading', async () => {
    const { report, quiet, watch } = await watching()
    const before = watch.snapshot()
    for (let turn = 0; turn < 100; turn += 1)
      report({ type: 'modified', object: pod(String(turn + 2), {}, String(turn)) })
    expect(await quiet()).toBe(0)
    expect(watch.snapshot()).toBe(before)
  })

  it('announces what comes and what goes', async () => {
    const { report, quiet, watch } = await watching()
    report({ type: 'deleted', object: pod('2') })
    expect(await quiet()).toBe(1)
    expect(watch.snapshot().objects).toEqual([])
    report({ type: 'added', object: pod('3') })
    expect(await quiet()).toBe(1)
    expect(watch.snapshot().objects).toHaveLength(1)
  })

  it('announces a lost connection once, however often it fails, and its return, also when nothing changed meanwhile', async () => {
    const { report, quiet, watch } = await watching()
    for (let attempt = 0; attempt < 10; attempt += 1) report({ type: 'lost', reason: 'refused' })
    expect(await quiet()).toBe(1)
    expect(watch.connection()).toEqual({ ok: false, reason: 'refused' })
    report({ type: 'synced', objects: [pod('1')] })
    expect(await quiet()).toBe(1)
    expect(watch.connection()).toEqual({ ok: true })
  })

  it('takes a fresh list for everything there is', async () => {
    const { report, quiet, watch } = await watching()
    report({ type: 'synced', objects: [] })
    expect(await quiet()).toBe(1)
    expect(watch.snapshot().objects).toEqual([])
  })
})
