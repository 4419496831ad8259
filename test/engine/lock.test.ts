import { describe, expect, it } from 'vitest'
import { lockHolder, takeLock } from '../../src/engine/lock.ts'
import { createFakeCluster } from './helpers/fake-cluster.ts'
import { namespaces, step, track, workOn } from './helpers/small-shop.ts'

const small = track(step(0, [], []))
const me = { host: 'mine', pid: 1, isAlive: () => true }
const other = { host: 'theirs', pid: 2, isAlive: () => true }
/** Sleeps until it is woken: a lock renews in the background, which must not turn time. */
const sleep = (_ms: number, signal?: AbortSignal) =>
  new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

function lab(started: ReturnType<typeof createFakeCluster> = createFakeCluster({ objects: namespaces })) {
  const work = workOn(started, small, { sleep })
  return { cluster: started, deps: work.deps, time: work.time }
}

describe('the lock', () => {
  it('names host, process and time of the one who holds it', async () => {
    const { deps } = lab()
    await takeLock(deps, small, me)
    await expect(takeLock(deps, small, other)).rejects.toMatchObject({
      code: 'LOCK_HELD',
      message: 'Another hipster-workshop works on fake: process 1 on mine, since 1970-01-01T00:00:00.000Z.',
    })
    expect(await lockHolder({ ...deps, self: other }, small)).toMatchObject({ host: 'mine', pid: 1 })
  })

  it('is free again when released', async () => {
    const { deps } = lab()
    const lock = await takeLock(deps, small, me)
    await lock.release()
    const next = await takeLock(deps, small, other)
    await next.release()
    expect(await lockHolder({ ...deps, self: me }, small)).toBeNull()
  })

  it('leaves no namespace behind where nothing was changed', async () => {
    const { cluster, deps } = lab()
    const before = [...cluster.objects.keys()]
    const lock = await takeLock(deps, small, me)
    await lock.release()
    expect([...cluster.objects.keys()]).toEqual(before)
  })

  it('leaves the namespace while another record or lock is in it, and one that somebody else made', async () => {
    const { cluster, deps } = lab()
    const kept = () => cluster.objects.has('v1/Namespace//hipster-workshop')
    const lock = await takeLock(deps, small, me)
    const second = await takeLock(deps, { ...small, id: 'another' }, other)
    await lock.release()
    expect(kept()).toBe(true)
    await second.release()
    expect(kept()).toBe(false)
    cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hipster-workshop' } })
    const third = await takeLock(deps, small, me)
    await third.release()
    expect(kept()).toBe(true)
  })

  it('that may not be taken leaves nothing either, and says what is missing', async () => {
    const { cluster, deps } = lab()
    const before = [...cluster.objects.keys()]
    const create: typeof cluster.create = async (object, ...more) => {
      if (object.kind !== 'ConfigMap') return cluster.create(object, ...more)
      throw Object.assign(new Error('configmaps is forbidden'), { status: 403 })
    }
    await expect(takeLock({ ...deps, cluster: { ...cluster, create } }, small, me)).rejects.toMatchObject({
      code: 'RECORDS_NOT_ALLOWED',
      message: expect.stringContaining('configmaps is forbidden'),
    })
    expect([...cluster.objects.keys()]).toEqual(before)
  })

  it('waits for a namespace that is just ending, which the API calls forbidden', async () => {
    const { cluster, deps } = lab()
    let refusals = 0
    const create: typeof cluster.create = async (object, ...more) => {
      if (object.kind !== 'ConfigMap' || ++refusals > 1) return cluster.create(object, ...more)
      const message = 'unable to create new content in namespace hipster-workshop because it is being terminated'
      throw Object.assign(new Error(message), { status: 403 })
    }
    await takeLock({ ...deps, cluster: { ...cluster, create } }, small, me)
    expect(await lockHolder({ ...deps, self: other }, small)).toMatchObject({ host: 'mine' })
  })

  it('is taken over at once when its process on this host is gone', async () => {
    const { deps } = lab()
    await takeLock(deps, small, me)
    await takeLock(deps, small, { host: 'mine', pid: 9, isAlive: (pid) => pid !== 1 })
    expect(await lockHolder({ ...deps, self: other }, small)).toMatchObject({ pid: 9 })
  })

  it('is taken over from another host once it has not been renewed for half a minute', async () => {
    const { cluster, deps } = lab()
    await takeLock(deps, small, me)
    const later = workOn(cluster, small, { sleep })
    later.time.pass(29_000)
    await expect(takeLock(later.deps, small, other)).rejects.toMatchObject({ code: 'LOCK_HELD' })
    later.time.pass(2_000)
    await takeLock(later.deps, small, other)
    expect(await lockHolder({ ...later.deps, self: me }, small)).toMatchObject({ host: 'theirs' })
  })
})
