// Nodes that take no pods, and pods that are not let in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'

const CORE = '/api/v1/namespaces/lab'
const TAINT = 'node.kubernetes.io/unschedulable'
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: 'none', timeScale: 0 })
  await call(sandbox, 'POST', '/api/v1/namespaces', { metadata: { name: 'lab' } })
})
afterAll(() => sandbox?.close())

const get = async (path: string) => (await call(sandbox, 'GET', path)).body
const addPod = (name: string, spec: object = {}) =>
  call(sandbox, 'POST', `${CORE}/pods`, {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
  })
async function setNode(name: string, change: (spec: any) => void): Promise<void> {
  const node = await get(`/api/v1/nodes/${name}`)
  change(node.spec)
  expect((await call(sandbox, 'PUT', `/api/v1/nodes/${name}`, node)).status).toBe(200)
  await sandbox.settled!()
}

describe('a cordoned node', () => {
  it('is tainted and takes no new pods, until it is uncordoned', async () => {
    const workers = ['hipster-worker', 'hipster-worker2']
    for (const name of workers) await setNode(name, (spec) => Object.assign(spec, { unschedulable: true }))
    expect((await get('/api/v1/nodes/hipster-worker')).spec.taints).toMatchObject([
      { key: TAINT, effect: 'NoSchedule' },
    ])
    await addPod('waits')
    await sandbox.settled!()
    const [scheduled] = (await get(`${CORE}/pods/waits`)).status.conditions
    expect(scheduled).toMatchObject({
      type: 'PodScheduled',
      reason: 'Unschedulable',
      message: expect.stringMatching(
        /^0\/3 nodes are available: 1 node\(s\) had untolerated taint\(s\), 2 node\(s\) were unschedulable\. /,
      ),
    })
    for (const name of workers) await setNode(name, (spec) => delete spec.unschedulable)
    expect((await get('/api/v1/nodes/hipster-worker')).spec.taints).toBeUndefined()
    expect((await get(`${CORE}/pods/waits`)).status.phase).toBe('Running')
  })

  it('loses the pods that do not tolerate a NoExecute taint', async () => {
    const { spec } = await get(`${CORE}/pods/waits`)
    const taint = { key: 'broken', effect: 'NoExecute' }
    await addPod('stays', { nodeName: spec.nodeName, tolerations: [{ key: 'broken', operator: 'Exists' }] })
    await sandbox.settled!()
    await setNode(spec.nodeName, (node) => Object.assign(node, { taints: [taint] }))
    expect((await call(sandbox, 'GET', `${CORE}/pods/waits`)).status).toBe(404)
    expect((await get(`${CORE}/pods/stays`)).status.phase).toBe('Running')
    await setNode(spec.nodeName, (node) => delete node.taints)
  })
})

describe('a node that is deleted', () => {
  it('takes its pods with it; their sets make new ones elsewhere', async () => {
    const labels = { app: 'moves' }
    await call(sandbox, 'POST', '/apis/apps/v1/namespaces/lab/replicasets', {
      metadata: { name: 'moves' },
      spec: {
        replicas: 4,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
      },
    })
    await sandbox.settled!()
    const nodesOf = async () =>
      (await get(`${CORE}/pods?labelSelector=app%3Dmoves`)).items.map(({ spec, status }: any) => [
        spec.nodeName,
        status.phase,
      ])
    expect(new Set((await nodesOf()).map(([node]: string[]) => node)).size).toBe(2)
    await call(sandbox, 'DELETE', '/api/v1/nodes/hipster-worker2')
    await sandbox.settled!()
    expect(await nodesOf()).toEqual(Array.from({ length: 4 }, () => ['hipster-worker', 'Running']))
    const everywhere = (await get('/api/v1/pods')).items.map(({ spec }: any) => spec.nodeName)
    expect(everywhere).not.toContain('hipster-worker2')
    await call(sandbox, 'DELETE', '/apis/apps/v1/namespaces/lab/replicasets/moves')
    await sandbox.settled!()
  })
})

describe('a job', () => {
  const template = (spec: object) => ({
    template: { spec: { containers: [{ name: 'c', image: 'busybox' }], ...spec } },
  })

  it('needs a restart policy that lets it end, a cron job a schedule', async () => {
    const job = { metadata: { name: 'j' }, spec: template({}) }
    const refused = await call(sandbox, 'POST', '/apis/batch/v1/namespaces/lab/jobs', job)
    expect([refused.status, refused.body.message]).toEqual([
      422,
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ])
    const spec = { schedule: 'hourly', jobTemplate: { spec: template({ restartPolicy: 'Never' }) } }
    const cron = await call(sandbox, 'POST', '/apis/batch/v1/namespaces/lab/cronjobs', {
      metadata: { name: 'c' },
      spec,
    })
    expect([cron.status, cron.body.message]).toEqual([
      422,
      'CronJob.batch "c" is invalid: spec.schedule: Invalid value: "hourly": expected exactly 5 fields, found 1: [hourly]',
    ])
  })
})

describe('a pod', () => {
  it('without its service account is refused; a set of them says so and goes on once it is there', async () => {
    const refused = await addPod('nobody', { serviceAccountName: 'missing' })
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'pods "nobody" is forbidden: error looking up service account lab/missing: serviceaccount "missing" not found',
    ])
    const labels = { app: 'web' }
    await call(sandbox, 'POST', '/apis/apps/v1/namespaces/lab/replicasets', {
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: 'missing', containers: [{ name: 'c', image: 'nginx' }] },
        },
      },
    })
    await sandbox.settled!()
    const web = '/apis/apps/v1/namespaces/lab/replicasets/web'
    expect((await get(web)).status.conditions[0]).toMatchObject({ type: 'ReplicaFailure', reason: 'FailedCreate' })
    await call(sandbox, 'POST', `${CORE}/serviceaccounts`, { metadata: { name: 'missing' } })
    await sandbox.settled!()
    expect((await get(web)).status).toMatchObject({ readyReplicas: 2 })
    await call(sandbox, 'DELETE', web)
    await sandbox.settled!()
  })

  it('too many for a quota is refused, in its words, and so is anything else it counts', async () => {
    const before = (await get(`${CORE}/pods`)).items.length
    await call(sandbox, 'POST', `${CORE}/resourcequotas`, {
      metadata: { name: 'small' },
      spec: { hard: { pods: String(before + 1), 'count/configmaps': '2', cpu: '1' } },
    })
    await sandbox.settled!()
    const quota = () => get(`${CORE}/resourcequotas/small`)
    expect((await quota()).status.used).toEqual({ pods: String(before), 'count/configmaps': '1', cpu: '0' })
    expect((await addPod('fits')).status).toBe(201)
    const refused = await addPod('over')
    const limit = before + 1
    expect([refused.status, refused.body.reason, refused.body.message]).toEqual([
      403,
      'Forbidden',
      `pods "over" is forbidden: exceeded quota: small, requested: pods=1, used: pods=${limit}, limited: pods=${limit}`,
    ])
    const addConfig = (name: string) => call(sandbox, 'POST', `${CORE}/configmaps`, { metadata: { name } })
    expect([(await addConfig('one')).status, (await addConfig('two')).status]).toEqual([201, 403])
    await call(sandbox, 'DELETE', `${CORE}/pods/fits`)
    await sandbox.settled!()
    expect((await quota()).status.used.pods).toBe(String(before))
  })
})
