// Options, paths and bodies that a real 1.34 API server refuses: its status, reason, message and causes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPodHook } from '../../../src/sandbox/life/pods/pod-hook.ts'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

const PODS = '/api/v1/namespaces/default/pods'
let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const listOptions = (text: string) => `ListOptions.meta.k8s.io "" is invalid: ${text}`

describe('a list', () => {
  it.each([
    ['limit=abc', 400, 'BadRequest', 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['timeoutSeconds=x', 400, 'BadRequest', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'resourceVersion=abc',
      400,
      'BadRequest',
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [
      'resourceVersionMatch=Exact',
      422,
      'Invalid',
      listOptions(
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    ],
    [
      'resourceVersion=1&resourceVersionMatch=X',
      422,
      'Invalid',
      listOptions('resourceVersionMatch: Unsupported value: "X": supported values: "Exact", "NotOlderThan", ""'),
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      'Invalid',
      listOptions('resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    ],
    [
      'sendInitialEvents=true',
      422,
      'Invalid',
      listOptions('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'),
    ],
  ])('%s', async (query, code, reason, message) => {
    const { status, body } = await send(api, { path: `${PODS}?${query}` })
    expect([status, body.reason, body.message]).toEqual([code, reason, message])
    // An object without a name has none in the details either.
    if (code === 422) expect(body.details).toMatchObject({ group: 'meta.k8s.io', kind: 'ListOptions' })
    expect(body.details ?? {}).not.toHaveProperty('name')
  })

  it('cannot be of ReplicaSets by their count', async () => {
    const { status } = await send(api, { path: '/apis/apps/v1/replicasets?fieldSelector=status.replicas%3D1' })
    expect(status).toBe(400)
  })
})

describe('a path', () => {
  it.each(['/api/v2', '/apis/apps/v2', '/apis/apps/v2/deployments'])(
    '%s is no version of a group that is there',
    async (path) => {
      const { status, body } = await send(api, { path })
      expect([status, body]).toMatchObject([404, { reason: 'NotFound', details: {} }])
    },
  )

  it('is not asked by HEAD', async () => {
    expect((await send(api, { method: 'HEAD', path: PODS })).status).toBe(405)
  })

  it('of a pod that is not there is looked for before an upgrade is missed', async () => {
    expect((await send(api, { path: `${PODS}/nosuch/exec?command=x` })).status).toBe(404)
  })
})

describe('a body', () => {
  it.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['{"a":', 'unexpected end of JSON input ({"a":)'],
    ['&', "invalid character '&' looking for beginning of value (26)"],
  ])('%j cannot be read', async (body, why) => {
    const { status, body: answer } = await send(api, { method: 'POST', path: PODS, body })
    expect([status, answer.message]).toEqual([
      400,
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${why}`,
    ])
  })

  it('of a pod may hold no unknown field, also where pods are admitted by the sandbox', async () => {
    const hooked = await startApi({ deps: { hooks: { admit: { pods: createPodHook(api.store) } } } })
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: { foo: 1, containers: [{ name: 'c', image: 'busybox' }] },
    }
    try {
      const strict = await send(hooked, { method: 'POST', path: `${PODS}?fieldValidation=Strict`, body })
      expect([strict.status, strict.body.message]).toEqual([
        400,
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo"',
      ])
      const warned = await send(hooked, { method: 'POST', path: PODS, body })
      expect([warned.status, warned.body.spec.foo, warned.headers.warning]).toEqual([
        201,
        undefined,
        '299 - "unknown field \\"spec.foo\\""',
      ])
    } finally {
      await hooked.close()
    }
  })
})
