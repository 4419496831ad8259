import { request } from 'node:https'
import { afterEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'
import { converse } from '../streams/frames.ts'

let sandbox: Sandbox
afterEach(() => sandbox.close())

const start = async (faults: Record<string, number>) => {
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0, faults })
}
const NAMESPACE = '/api/v1/namespaces/default'
const HEALTHY = { status: 200 }

it.each([
  ['429', 'GET', { status: 429, body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } } }],
  ['500', 'GET', { status: 500, body: { reason: 'InternalError' } }],
  ['conflict', 'PUT', { status: 409, body: { reason: 'Conflict' } }],
])('answers with the fault %s and counts it', async (kind, method, expected) => {
  await start({ [kind]: 1 })
  expect(await call(sandbox, method, NAMESPACE, method === 'PUT' ? {} : undefined)).toMatchObject(expected)
  expect(sandbox.faultsInjected!()).toEqual({ [kind]: 1 })
})

it('leaves reads alone when only writes are to conflict', async () => {
  await start({ conflict: 1 })
  expect(await call(sandbox, 'GET', NAMESPACE)).toMatchObject(HEALTHY)
  expect(sandbox.faultsInjected!()).toEqual({})
})

it('breaks the connection', async () => {
  await start({ reset: 1 })
  await expect(call(sandbox, 'GET', NAMESPACE)).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('delays and then answers', async () => {
  await start({ latency: 1 })
  expect(await call(sandbox, 'GET', NAMESPACE)).toMatchObject(HEALTHY)
  expect(sandbox.faultsInjected!()).toEqual({ latency: 1 })
})

it('hides one group of the discovery, for clients that ask for all at once too', async () => {
  await start({ 'discovery-partial': 1 })
  expect(await call(sandbox, 'GET', '/apis/projectcalico.org/v3')).toMatchObject({ status: 503 })
  expect(await call(sandbox, 'GET', '/apis/apps/v1')).toMatchObject(HEALTHY)
})

it('drops a watch in the middle', async () => {
  await start({ 'watch-drop': 1 })
  const config = parse(sandbox.kubeconfig)
  const ended = await new Promise((resolve) => {
    const ask = request(`${sandbox.url}/api/v1/namespaces?watch=true`, {
      ca: Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64'),
      headers: { authorization: `Bearer ${config.users[0].user.token}` },
      agent: false,
    })
    ask.on('response', (answer) => {
      answer.resume()
      answer.on('error', (error) => resolve((error as NodeJS.ErrnoException).code))
    })
    ask.on('error', () => undefined)
    ask.end()
  })
  expect(ended).toBe('ECONNRESET')
})

it('cuts an exec session: no status, no clean close', async () => {
  await start({ 'exec-cut': 1 })
  const pod = (await call(sandbox, 'GET', '/api/v1/namespaces/calico-system/pods')).body.items.find(
    ({ metadata }: any) => metadata.labels['k8s-app'] === 'calico-node',
  )
  const path = `/api/v1/namespaces/calico-system/pods/${pod.metadata.name}/exec?command=cat&stdin=true&stdout=true`
  const { code, frames } = await converse(sandbox, path, ['v5.channel.k8s.io'])
  expect(code).toBe(1006)
  expect(frames.filter(({ channel }) => channel === 3)).toEqual([])
})
