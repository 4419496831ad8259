import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'

const CORE = '/api/v1/namespaces/default'
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
const labels = { app: 'web' }
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: 'none', timeScale: 0 })
  await call(sandbox, 'POST', '/apis/apps/v1/namespaces/default/replicasets', {
    metadata: { name: 'web' },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  })
  await sandbox.settled!()
})
afterAll(() => sandbox?.close())

async function budget(spec: object): Promise<any> {
  await call(sandbox, 'DELETE', `${BUDGETS}/web`)
  await call(sandbox, 'POST', BUDGETS, {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, ...spec },
  })
  await sandbox.settled!()
  return (await call(sandbox, 'GET', `${BUDGETS}/web`)).body.status
}
const podNames = async (): Promise<string[]> =>
  (await call(sandbox, 'GET', `${CORE}/pods?labelSelector=app%3Dweb`)).body.items.map(
    ({ metadata }: any) => metadata.name,
  )
const evict = (name: string) =>
  call(sandbox, 'POST', `${CORE}/pods/${name}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name },
  })

describe('a disruption budget', () => {
  it.each([
    [{ minAvailable: 3 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ minAvailable: '60%' }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ maxUnavailable: 3 }, { desiredHealthy: 1, disruptionsAllowed: 3 }],
    [{ maxUnavailable: '30%' }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
    [{ minAvailable: 9 }, { desiredHealthy: 9, disruptionsAllowed: 0 }],
  ])('%j of four pods', async (spec, status) => {
    expect(await budget(spec)).toMatchObject({ ...status, currentHealthy: 4, expectedPods: 4 })
  })

  it('lets as many evictions through as it allows, also side by side, and more when pods are ready again', async () => {
    await budget({ minAvailable: 3 })
    const [first, second] = await podNames()
    const answers = await Promise.all([evict(first!), evict(second!)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 429])
    const refused = answers.find(({ status }) => status === 429)!.body
    expect(refused).toMatchObject({
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget' }] },
    })
    await sandbox.settled!()
    expect(await podNames()).toHaveLength(4)
    expect((await evict((await podNames())[0]!)).status).toBe(201)
    await sandbox.settled!()
  })

  it('does not keep a pod from being deleted', async () => {
    await budget({ minAvailable: 4 })
    const [name] = await podNames()
    expect((await evict(name!)).status).toBe(429)
    expect((await call(sandbox, 'DELETE', `${CORE}/pods/${name}`)).status).toBe(200)
    await sandbox.settled!()
    expect(await podNames()).not.toContain(name)
  })
})
