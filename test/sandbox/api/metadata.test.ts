// Finalizers and owner references: what the API server takes of them, and what it says of the rest.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const MERGE = { 'content-type': 'application/merge-patch+json' }
let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const create = (name: string, metadata: object) =>
  send(api, { method: 'POST', path: MAPS, body: { metadata: { name, ...metadata } } })
const setFinalizers = (name: string, finalizers: string[] | null) =>
  send(api, { method: 'PATCH', path: `${MAPS}/${name}`, headers: MERGE, body: { metadata: { finalizers } } })

describe('finalizers', () => {
  it.each([
    ['plain', 'name is neither a standard finalizer name nor is it fully qualified'],
    ['a/b/c', "a qualified name must consist of alphanumeric characters, '-', '_' or '.'"],
  ])('called %s are refused', async (name, why) => {
    const { status, body } = await create('bad', { finalizers: [name] })
    expect(status).toBe(422)
    expect(body.message).toContain(`ConfigMap "bad" is invalid: metadata.finalizers`)
    expect(body.message).toContain(why)
  })

  it('hold an object that is being deleted, can then only go, and let it go with the last of them', async () => {
    await create('held', { finalizers: ['lab.io/one', 'lab.io/two'] })
    const deleted = await send(api, { method: 'DELETE', path: `${MAPS}/held` })
    expect(deleted.body.metadata.deletionTimestamp).toBeDefined()
    const refused = await setFinalizers('held', ['lab.io/one', 'lab.io/three'])
    expect([refused.status, refused.body.message]).toEqual([
      422,
      'ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"lab.io/three"}',
    ])
    expect((await setFinalizers('held', ['lab.io/two'])).status).toBe(200)
    expect((await send(api, { path: `${MAPS}/held` })).status).toBe(200)
    expect((await setFinalizers('held', null)).status).toBe(200)
    expect((await send(api, { path: `${MAPS}/held` })).status).toBe(404)
  })
})

describe('owner references', () => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'u' }

  it('need all that names an owner', async () => {
    const { status, body } = await create('orphan', { ownerReferences: [{ ...owner, uid: '', kind: '' }] })
    expect(status).toBe(422)
    expect(body.details.causes.map(({ field, message }: any) => `${field} ${message}`)).toEqual([
      'metadata.ownerReferences.kind Invalid value: "": kind must not be empty',
      'metadata.ownerReferences.uid Invalid value: "": uid must not be empty',
    ])
  })

  it('have at most one controller', async () => {
    const two = [owner, { ...owner, name: 'y', uid: 'v' }].map((each) => ({ ...each, controller: true }))
    expect((await create('torn', { ownerReferences: two })).body.message).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for x and y',
    )
  })
})
