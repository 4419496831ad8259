// Who may not work here, because somebody else does, can watch: where the cluster stands, and who holds it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeLock } from '../../../src/engine/lock.ts'
import { type Standing, watchStatus } from '../../../src/engine/watch-status.ts'
import { type Lab, openLab } from '../helpers/on-sandbox.ts'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

it('says it again when the cluster changes, names who works there, and changes nothing itself', async () => {
  const { deps, track } = lab.work
  const stop = new AbortController()
  const seen = watchStatus(deps, track, stop.signal)
  const next = async (): Promise<Standing> => {
    const { value } = await seen.next()
    return value
  }
  expect(await next()).toMatchObject({ track: 'calico', step: null, holder: null })
  const other = { host: 'elsewhere', pid: 42, isAlive: () => true }
  const lock = await takeLock(deps, track, other)
  expect(await next()).toMatchObject({ step: null, holder: { host: 'elsewhere', pid: 42 } })
  const [tier] = deps.files.objects('calico/02-tiers.yaml')
  await lab.cluster.create(tier!)
  const after = await next()
  expect(after).toMatchObject({ step: 2, holder: { pid: 42 } })
  expect(after.findings.map(({ kind }) => kind)).toContain('missing')
  await lock.release()
  expect(await next()).toMatchObject({ step: 2, holder: null })
  stop.abort()
  expect((await seen.next()).done).toBe(true)
  expect(await lab.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'hipster-workshop' })).toBeNull()
}, 60_000)
