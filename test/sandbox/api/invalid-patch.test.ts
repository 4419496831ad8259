// A patch whose result cannot be decoded: the words depend on the kind of patch.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
let api: TestApi
beforeAll(async () => {
  api = await startApi()
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  const body = { metadata: { name: 'web' }, spec: { selector: { matchLabels: { a: 'b' } }, template } }
  expect((await send(api, { method: 'POST', path: DEPLOYMENTS, body })).status).toBe(201)
})
afterAll(() => api.close())

async function patch(kind: string, body: unknown) {
  const headers = { 'content-type': `application/${kind}+json` }
  const path = `${DEPLOYMENTS}/web?fieldValidation=Strict`
  const answer = await send(api, { method: 'PATCH', path, headers, body })
  expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid'])
  return answer.body.message as string
}

describe('a patch that brings a value of the wrong type', () => {
  const json =
    /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32$/

  it('shows the whole object and the decoder’s words (JSON patch, merge patch)', async () => {
    expect(await patch('merge-patch', { spec: { replicas: 'x' } })).toMatch(json)
    expect(await patch('json-patch', [{ op: 'replace', path: '/spec/replicas', value: 'x' }])).toMatch(json)
  })

  it.each<[string, object, string]>([
    ['a word for a number', { spec: { replicas: 'x' } }, 'map[spec:map[replicas:x]]": unrecognized type: int32'],
    [
      'a number for a word',
      { metadata: { labels: { a: 1 } } },
      'map[metadata:map[labels:map[a:1]]]": cannot convert int64 to string',
    ],
    [
      'a word for a list',
      { spec: { template: { spec: { containers: 'c' } } } },
      'map[spec:map[template:map[spec:map[containers:c]]]]": cannot restore slice from string',
    ],
    ['a word for a map', { metadata: { labels: 'c' } }, 'map[metadata:map[labels:c]]": cannot restore map from string'],
    [
      'a list for an object',
      { spec: { strategy: [1, 'b'] } },
      'map[spec:map[strategy:[1 b]]]": cannot restore struct from: slice',
    ],
  ])('shows the patch and the converter’s words (strategic merge): %s', async (_title, body, said) => {
    expect(await patch('strategic-merge-patch', body)).toBe(` "" is invalid: patch: Invalid value: "${said}`)
  })

  it('shows the patch for an unknown field too (strategic merge)', async () => {
    expect(await patch('strategic-merge-patch', { spec: { replica: 1 } })).toBe(
      ' "" is invalid: patch: Invalid value: "map[spec:map[replica:1]]": strict decoding error: unknown field "spec.replica"',
    )
  })
})
