import { Agent, request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi, TOKEN } from './start-api.ts'

const bugs: string[] = []
let api: TestApi
beforeAll(async () => {
  api = await startApi({ deps: { onBug: (error) => bugs.push(String((error as Error).stack)) } })
})
afterAll(() => api.close())

/** Bodies that are JSON of the wrong shape, or nothing at all. */
const junk = [
  'null',
  '[]',
  '{}',
  '{"spec":null}',
  '"x"',
  '1',
  '{"metadata":null}',
  '{"metadata":{"name":5}}',
  '{"metadata":{"name":"a","labels":5}}',
  '{"metadata":{"name":"a","labels":[1]},"spec":{"containers":{}}}',
  '{"metadata":{"name":"a"},"spec":{"containers":[null]}}',
  '{"metadata":{"name":"a","managedFields":5}}',
  '{"metadata":{"name":"a","managedFields":[null]}}',
  '{"metadata":{"name":"a","ownerReferences":5,"finalizers":7},"spec":5}',
  '{"metadata":{"name":"a"},"spec":{"template":5,"selector":5}}',
  '{"metadata":{"name":"a"},"spec":{"ports":5,"ingress":5,"egress":{},"policyTypes":7}}',
  '{"metadata":{"name":"a"},"spec":{"ports":[null],"ingress":[null],"volumes":[null],"containers":[{"env":5,"ports":5,"resources":5}]}}',
  '[{"op":"add"}]',
  '[{"op":"add","path":"/metadata","value":null}]',
  '[{"op":"replace","path":"","value":null}]',
  '[{"op":"remove","path":"/metadata/name"}]',
  '{"$patch":"delete"}',
  '{"spec":{"containers":[{"$patch":"replace"}]}}',
  '{"spec":{"containers":[{"x":1}]}}',
  '{"spec":{"$setElementOrder/containers":5}}',
  '{"rules":5,"subjects":7,"roleRef":null,"metadata":{"name":"z"}}',
  '{"data":5,"stringData":7,"metadata":{"name":"a"}}',
  '{"metadata":{"generateName":5}}',
  '\u0000\u0001',
  'k8s\u0000\n\u0002garbage',
  '{"apiVersion":5,"kind":[],"metadata":{"name":"a"}}',
  '{"status":5,"metadata":{"name":"a"}}',
  '{"propagationPolicy":5,"gracePeriodSeconds":"x","dryRun":7,"preconditions":5}',
]
const cts = [
  'application/json',
  'application/json',
  'application/merge-patch+json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
  '',
]
const accepts = [
  'application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/yaml',
  '*/*',
  'text/html',
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  ';;;==,,',
]
const queries = [
  '',
  '?limit=-1',
  '?limit=1&continue=%00',
  '?labelSelector=%28%28',
  '?fieldSelector=a%3Db',
  '?dryRun=All',
  '?fieldManager=x&force=true',
  '?fieldValidation=Strict',
  '?resourceVersion=abc',
  '?includeObject=Object',
  '?watch=maybe',
  '?timeoutSeconds=x',
  '?%%%',
  '?fieldValidation=Nope',
  '?resourceVersion=5&resourceVersionMatch=Exact',
]
const pairs: [string, string, boolean][] = [
  ['/api/v1', 'pods', true],
  ['/api/v1', 'services', true],
  ['/api/v1', 'namespaces', false],
  ['/api/v1', 'secrets', true],
  ['/api/v1', 'nodes', false],
  ['/api/v1', 'endpoints', true],
  ['/api/v1', 'events', true],
  ['/apis/apps/v1', 'deployments', true],
  ['/apis/batch/v1', 'jobs', true],
  ['/apis/batch/v1', 'cronjobs', true],
  ['/apis/networking.k8s.io/v1', 'networkpolicies', true],
  ['/apis/networking.k8s.io/v1', 'ingresses', true],
  ['/apis/projectcalico.org/v3', 'tiers', false],
  ['/apis/projectcalico.org/v3', 'globalnetworkpolicies', false],
  ['/apis/projectcalico.org/v3', 'networkpolicies', true],
  ['/apis/rbac.authorization.k8s.io/v1', 'rolebindings', true],
  ['/apis/rbac.authorization.k8s.io/v1', 'clusterroles', false],
  ['/apis/discovery.k8s.io/v1', 'endpointslices', true],
  ['/apis/events.k8s.io/v1', 'events', true],
  ['/apis/autoscaling/v2', 'horizontalpodautoscalers', true],
  ['/api/v1', 'serviceaccounts', true],
  ['/apis/crd.projectcalico.org/v1', 'tiers', false],
  ['/apis/authorization.k8s.io/v1', 'selfsubjectaccessreviews', false],
  ['/apis/authorization.k8s.io/v1', 'subjectaccessreviews', false],
  ['/api/v1', 'replicationcontrollers', true],
]
const names = ['a', 'a', 'a', 'b', 'z', '%2e%2e', '%00', '__proto__', 'constructor', 'x'.repeat(300)]
const subresources = ['status', 'scale', 'exec', 'log', 'ephemeralcontainers', 'token', 'eviction', 'finalize', 'x']
const methods = ['GET', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']

/** The same requests on every run. */
function createDice(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
  return { next, pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]! }
}

describe('hostile requests', () => {
  it('are refused or served, never a crash, a hang or an internal error', async () => {
    const { next, pick } = createDice(7)
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    const statuses = new Map<number, number>()
    const one = () => {
      const [base, kind, namespaced] = pick(pairs)
      const place = namespaced && next() < 0.9 ? '/namespaces/default' : ''
      const name = next() < 0.6 ? `/${pick(names)}${next() < 0.2 ? `/${pick(subresources)}` : ''}` : ''
      const method = pick(methods)
      const body = method === 'GET' || method === 'HEAD' ? undefined : pick(junk)
      const headers = {
        authorization: `Bearer ${TOKEN}`,
        accept: pick(accepts),
        ...(body === undefined ? {} : { 'content-type': pick(cts), 'content-length': String(Buffer.byteLength(body)) }),
      }
      const path = `${base}${place}/${kind}${name}${pick(queries)}`
      return new Promise<void>((resolve, reject) => {
        const sent = request(
          { host: '127.0.0.1', port: api.port, ca: api.ca, agent, method, path, headers, timeout: 10_000 },
          (res) => {
            statuses.set(res.statusCode!, (statuses.get(res.statusCode!) ?? 0) + 1)
            res.resume()
            res.on('end', () => resolve())
          },
        )
        sent.on('timeout', () => reject(new Error(`no answer: ${method} ${path} ${body}`)))
        sent.on('error', reject)
        sent.end(body)
      })
    }
    for (let round = 0; round < 250; round++) await Promise.all(Array.from({ length: 8 }, one))
    agent.destroy()
    expect(bugs).toEqual([])
    expect(statuses.get(201)).toBeGreaterThan(0)
    expect(statuses.get(400)).toBeGreaterThan(50)
  })
})
