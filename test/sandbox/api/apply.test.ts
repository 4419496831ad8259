import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const PATH = '/apis/apps/v1/namespaces/default/deployments/web'

function manifest(containers: object[], replicas?: number) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  }
}

function apply(body: object, manager: string, force = false) {
  const path = `${PATH}?fieldManager=${manager}&force=${force}&fieldValidation=Strict`
  return send(api, { method: 'PATCH', path, body, headers: { 'content-type': 'application/apply-patch+yaml' } })
}

describe('server-side apply', () => {
  it('creates, and takes back what a manager no longer applies', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]
    expect((await apply(manifest([{ name: 'c', image: 'x:1', env }], 3), 'one')).status).toBe(201)
    const again = await apply(manifest([{ name: 'c', image: 'x:1', env: [env[1]!] }]), 'one')
    expect(again.status).toBe(200)
    expect(again.body.spec.template.spec.containers[0].env).toEqual([env[1]])
    // Dropped by its only owner: the default comes back.
    expect(again.body.spec.replicas).toBe(1)
    expect(again.body.spec.template.spec.containers[0].imagePullPolicy).toBe('IfNotPresent')
  })

  it('refuses to change a field another manager set, unless forced', async () => {
    const other = manifest([{ name: 'c', image: 'x:2' }])
    const refused = await apply(other, 'two')
    expect(refused.body).toMatchObject({
      code: 409,
      details: {
        causes: [{ reason: 'FieldManagerConflict', field: '.spec.template.spec.containers[name="c"].image' }],
      },
    })
    expect(refused.body.message).toContain('Apply failed with 1 conflict: conflict with "one": .spec.template')
    const forced = await apply(other, 'two', true)
    expect(forced.body.spec.template.spec.containers[0].image).toBe('x:2')
    const back = await apply(manifest([{ name: 'c', image: 'x:1' }]), 'one')
    expect(back.status).toBe(409)
  })

  it('shares fields that two managers set alike', async () => {
    const same = manifest([{ name: 'c', image: 'x:2' }])
    expect((await apply(same, 'three')).status).toBe(200)
    const dropped = await apply(
      { ...same, spec: { ...same.spec, template: { ...same.spec.template, spec: { containers: [{ name: 'c' }] } } } },
      'three',
    )
    expect(dropped.body.spec.template.spec.containers[0].image).toBe('x:2')
  })

  it('counts what other writes change as theirs', async () => {
    await send(api, {
      method: 'PATCH',
      path: `${PATH}?fieldManager=hand`,
      body: { spec: { replicas: 5 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    const refused = await apply(manifest([{ name: 'c', image: 'x:2' }], 2), 'two')
    expect(refused.body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "hand" using apps/v1', field: '.spec.replicas' },
    ])
  })
})
