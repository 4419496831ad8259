// The sandbox under attack and load, on loopback only: nothing crashes, hangs, leaks or answers who may not ask.
import { Agent, type RequestOptions, request } from 'node:https'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Sandbox } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'

const REQUESTS = 10_000
const AT_ONCE = 32
const SESSIONS = 1000
const MIB = 1024 * 1024

let sandbox: Sandbox
let token: string
let port: number
const bugs: Error[] = []
const noteBug = (warning: Error) => {
  if ((warning as { code?: string }).code === 'SANDBOX_BUG') bugs.push(warning)
}
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, rejectUnauthorized: false })

beforeAll(async () => {
  process.on('warning', noteBug)
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0 })
  token = /token: (\S+)/.exec(sandbox.kubeconfig)![1]!
  port = Number(new URL(sandbox.url).port)
})
afterAll(async () => {
  agent.destroy()
  await sandbox?.close()
  process.off('warning', noteBug)
})

interface Sent {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
  anonymous?: boolean
}

function send({ method = 'GET', path, headers = {}, body, anonymous = false }: Sent): Promise<number> {
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    method,
    path,
    agent,
    timeout: 20_000,
    headers: { ...(anonymous ? {} : { authorization: `Bearer ${token}` }), ...headers },
  }
  return new Promise((resolve, reject) => {
    const sent = request(options, (res) => {
      res.resume()
      res.on('end', () => resolve(res.statusCode ?? 0))
      res.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} hangs`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The same numbers each run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const next = random(7)
const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!
const PODS = '/api/v1/namespaces/default/pods'
const JSON_TYPE = { 'content-type': 'application/json' }
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' }
const noise = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)))

/** Who may not ask, in every way; each must be refused. */
const UNAUTHORIZED: readonly (() => Sent)[] = [
  () => ({ path: PODS, anonymous: true }),
  () => ({
    path: pick([PODS, '/version', '/openapi/v3', '/healthz', '/']),
    headers: { authorization: 'Bearer wrong' },
  }),
  () => ({ path: PODS, headers: { authorization: `Basic ${Buffer.from(`a:${token}`).toString('base64')}` } }),
  () => ({ path: PODS, headers: { origin: 'https://evil.example' } }),
  () => ({ path: PODS, headers: { host: 'evil.example' } }),
  () => ({ method: 'POST', path: PODS, anonymous: true, headers: JSON_TYPE, body: '{}' }),
]

const HOSTILE: readonly (() => Sent)[] = [
  () => ({ path: `/api/v1/namespaces/${pick(['..', '%2e%2e', '%00', '__proto__', 'a/../../b', '%'])}/pods` }),
  () => ({ path: `${PODS}/${pick(['../../secrets', '%2e%2e%2f', '__proto__', 'constructor', 'x'.repeat(2000)])}` }),
  () => ({
    path: `${PODS}?labelSelector=${encodeURIComponent(pick(['a in (', '!!!', 'x'.repeat(4000), '__proto__=1']))}`,
  }),
  () => ({ path: `${PODS}?limit=${pick(['-1', 'NaN', '1e99'])}&continue=${pick(['xyz', 'e30', '%00'])}` }),
  () => ({ method: 'POST', path: PODS, headers: JSON_TYPE, body: '{"a":'.repeat(3000) }),
  () => ({ method: 'POST', path: PODS, headers: JSON_TYPE, body: '[{"__proto__":{"admin":true}}]' }),
  () => ({
    method: 'PATCH',
    path: '/api/v1/namespaces/default',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"__proto__":{"x":1},"metadata":{"labels":{"__proto__":"y","constructor":"z"}}}',
  }),
  () => ({
    method: 'PATCH',
    path: '/api/v1/namespaces/default',
    headers: { 'content-type': 'application/json-patch+json' },
    body: '[{"op":"add","path":"/__proto__/polluted","value":1}]',
  }),
  () => ({ method: 'POST', path: PODS, headers: PROTOBUF, body: noise(64) }),
  () => ({ method: 'POST', path: PODS, headers: PROTOBUF, body: Buffer.concat([Buffer.from('k8s\0'), noise(200)]) }),
  () => ({
    method: pick(['TRACE', 'OPTIONS', 'PROPFIND', 'PUT', 'DELETE']),
    path: pick([PODS, '/', '/apis', '/nope']),
  }),
  () => ({ path: `${PODS}/x/exec?command=sh`, headers: { upgrade: 'nonsense', 'content-length': '0' } }),
  () => ({
    path: '/apis/projectcalico.org/v3/tiers',
    headers: { accept: pick(['x', 'a/b;q=9', ',,,', '*/*;as=Table']) },
  }),
]

async function inParallel(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let index = 0
  const worker = async () => {
    while (index < count) await run(index++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

describe('under attack', () => {
  it(`${REQUESTS} hostile requests: no crash, no hang, no bug, no answer to strangers`, async () => {
    const before = memory()
    await inParallel(REQUESTS, async (index) => {
      const isStranger = index % 4 === 0
      const sent = pick(isStranger ? UNAUTHORIZED : HOSTILE)()
      const status = await send(sent)
      if (isStranger) expect([401, 403, 421], JSON.stringify(sent)).toContain(status)
      expect(status, JSON.stringify(sent)).not.toBe(500)
    })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(bugs).toEqual([])
    expect(memory() - before).toBeLessThan(200 * MIB)
    expect(await send({ path: PODS })).toBe(200)
  })

  it('bodies too big are refused and sockets that stop half-way are let go', async () => {
    const big = await send({ method: 'POST', path: PODS, headers: JSON_TYPE, body: Buffer.alloc(8 * MIB, 32) }).catch(
      () => 413,
    )
    expect([400, 413]).toContain(big)
    for (let i = 0; i < 100; i++) {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
      socket.on('error', () => undefined)
      socket.on('secureConnect', () => {
        const lines = [
          `POST ${PODS} HTTP/1.1`,
          'Host: 127.0.0.1',
          `Authorization: Bearer ${token}`,
          'Content-Length: 999',
        ]
        socket.write(`${lines.join('\r\n')}\r\n\r\n{"half":`)
        setTimeout(() => socket.destroy(), 20)
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await send({ path: PODS })).toBe(200)
    expect(bugs).toEqual([])
  })
})

describe('under load', () => {
  it(`${SESSIONS} exec sessions in a row leave nothing behind`, async () => {
    const body = JSON.stringify({
      metadata: { name: 'tool' },
      spec: { containers: [{ name: 'c', image: 'wbitt/network-multitool' }] },
    })
    expect(await send({ method: 'POST', path: PODS, headers: JSON_TYPE, body })).toBe(201)
    await sandbox.settled?.()
    const exec = () =>
      new Promise<string>((resolve, reject) => {
        const url = `wss://127.0.0.1:${port}${PODS}/tool/exec?command=echo&command=hi&stdout=true`
        const headers = { authorization: `Bearer ${token}` }
        const socket = new WebSocket(url, ['v5.channel.k8s.io'], { headers, rejectUnauthorized: false })
        let text = ''
        socket.on('message', (data: Buffer) => {
          if (data[0] === 1) text += data.subarray(1).toString()
        })
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
      })
    for (let i = 0; i < 100; i++) await exec()
    const before = memory()
    for (let i = 0; i < SESSIONS; i++) expect(await exec()).toBe('hi\n')
    expect(memory() - before).toBeLessThan(64 * MIB)
    expect(bugs).toEqual([])
  })
})
