import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuth } from '../../src/cluster/auth.ts'
import { createRepeatably } from '../../src/cluster/create-repeatably.ts'
import type { WatchEvent } from '../../src/cluster/port.ts'
import { createTransport } from '../../src/cluster/transport.ts'
import { watchForever } from '../../src/cluster/watch.ts'
import { type Answer, cut, faultServer, json, reset, status } from './fault-server.ts'

let server: Awaited<ReturnType<typeof faultServer>>
beforeAll(async () => {
  server = await faultServer()
})
afterAll(() => server.close())

const get = { method: 'GET', path: '/x' } as const
const post = { method: 'POST', path: '/x', body: {} } as const

describe('requests that fail', () => {
  it.each([
    ['a busy server', status(429, 'TooManyRequests')],
    ['a server error', status(500, 'InternalError')],
    ['an unavailable server', status(503, 'ServiceUnavailable')],
    ['a dropped connection', reset],
    ['an answer that is cut off', cut],
  ])('are sent again after %s', async (_name, fault) => {
    server.answers(fault, fault, json(200, { fine: true }))
    expect(await server.transport.json(get)).toEqual({ fine: true })
    expect(server.slept).toHaveLength(2)
  })

  it('are sent once more to a server that says nothing, or never ends what it says', async () => {
    const nothing: Answer = () => {}
    const dripping: Answer = (_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(timer))
    }
    for (const [answer, limit] of [
      [nothing, { timeoutMs: 50 }],
      [dripping, { timeoutMs: 10_000, wholeMs: 50 }],
    ] as const) {
      server.answers(answer, answer, json(200, {}))
      await expect(server.transport.json({ ...get, ...limit })).rejects.toMatchObject({
        code: 'CLUSTER_UNREACHABLE',
        message: expect.stringContaining('no answer within'),
      })
      expect(server.seen).toHaveLength(2)
    }
  })

  it('give up an address that takes the connection and never begins to speak', async () => {
    const mute = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`
    const loaded = { context: 'x', server: url, namespace: 'default', cluster: { server: url }, user: {}, files: [] }
    const transport = createTransport({ server: url, context: 'x', auth: createAuth(loaded), sleep: async () => {} })
    await expect(transport.send({ ...get, timeoutMs: 100 })).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    transport.close()
    mute.close()
  })

  it.each(['null', '7', '"fine"'])('do not take %s for an answer', async (text) => {
    server.answers((_request, response) => response.end(text))
    await expect(server.transport.json(get)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
  })

  it('wait as long as the server asks', async () => {
    server.answers(json(429, { message: 'slow' }, { 'Retry-After': '7' }), json(200, {}))
    await server.transport.json(get)
    expect(server.slept).toEqual([7000])
  })

  it.each([
    ['refused', status(403, 'Forbidden'), 'API_FORBIDDEN'],
    ['not found', status(404, 'NotFound'), 'API_NOT_FOUND'],
    ['invalid', status(422, 'Invalid'), 'API_INVALID'],
    ['a conflict', status(409, 'Conflict'), 'API_CONFLICT'],
    [
      "Calico's own refusal, a 500",
      json(500, { message: 'operation delete is not supported on platform: Cannot delete a non-empty tier' }),
      'API_FAILED',
    ],
  ])('are not sent again when they are %s', async (_name, answer, code) => {
    server.answers(answer)
    await expect(server.transport.json(get)).rejects.toMatchObject({ code })
    expect(server.seen).toHaveLength(1)
  })

  it('give up after some attempts and say what happened', async () => {
    server.answers(...Array(6).fill(reset))
    await expect(server.transport.json(get)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('the connection was cut'),
    })
    expect(server.left()).toBe(0)
  })

  it('are sent once more with fresh credentials after a 401', async () => {
    server.answers(status(401, 'Unauthorized'), json(200, { fine: true }))
    expect(await server.transport.json(get)).toEqual({ fine: true })
    server.answers(status(401, 'Unauthorized'), status(401, 'Unauthorized'))
    await expect(server.transport.json(get)).rejects.toMatchObject({ code: 'API_UNAUTHORIZED' })
  })

  it('end at once when they are cancelled', async () => {
    const controller = new AbortController()
    server.answers(() => controller.abort(new Error('stop')))
    await expect(server.transport.json({ ...get, signal: controller.signal })).rejects.toThrow('stop')
  })
})

describe('a change that may have been carried out', () => {
  it('is not repeated blindly', async () => {
    server.answers(reset)
    await expect(server.transport.json(post)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    expect(server.seen).toHaveLength(1)
  })

  it('is repeated when the server said it was not', async () => {
    server.answers(status(429, 'TooManyRequests'), json(201, { made: true }))
    expect(await server.transport.json(post)).toEqual({ made: true })
  })

  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n' }, data: { a: '1' } }
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', namespace: 'n' }
  const request = { method: 'POST', path: '/api/v1/namespaces/n/configmaps', body: object } as const
  const groups = json(200, { kind: 'APIGroupDiscoveryList', items: [] })
  const core = json(200, {
    kind: 'APIGroupDiscoveryList',
    items: [
      {
        versions: [
          {
            version: 'v1',
            resources: [
              { resource: 'configmaps', responseKind: { kind: 'ConfigMap' }, scope: 'Namespaced', verbs: [] },
            ],
          },
        ],
      },
    ],
  })

  it('is looked for: made, though the answer was lost', async () => {
    // /api and /apis are asked at the same time.
    const discovery = (seen: { url: string }, response: any) =>
      (seen.url === '/api' ? core : groups)(seen as never, response)
    server.answers(reset, discovery, discovery, json(200, { ...object, metadata: { ...object.metadata, uid: 'u' } }))
    expect(await createRepeatably(server.api, ref, request)).toMatchObject({ metadata: { uid: 'u' } })
    expect(server.seen.filter((one) => one.method === 'POST')).toHaveLength(1)
  })

  it('is looked for: not made, so it is sent again', async () => {
    server.answers(
      status(500, 'InternalError'),
      status(404, 'NotFound'),
      json(201, { ...object, metadata: { uid: 'v' } }),
    )
    expect(await createRepeatably(server.api, ref, request)).toMatchObject({ metadata: { uid: 'v' } })
  })

  it("is not taken for ours when somebody else's stands there", async () => {
    server.answers(
      status(500, 'InternalError'),
      json(200, { ...object, data: { a: 'other' } }),
      status(409, 'AlreadyExists'),
      json(200, { ...object, data: { a: 'other' } }),
    )
    await expect(createRepeatably(server.api, ref, request)).rejects.toMatchObject({ status: 409 })
  })
})

describe('a watch', () => {
  const pod = (name: string, version: string) => ({ metadata: { name, uid: name, resourceVersion: version } })
  const list = (version: string, ...names: string[]) =>
    json(200, { metadata: { resourceVersion: version }, items: names.map((name) => pod(name, version)) })
  const lines =
    (...events: unknown[]) =>
    (_request: unknown, response: any) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      for (const event of events) response.write(`${JSON.stringify(event)}\n`)
      response.end()
    }

  async function collect(until: number, ...answers: Parameters<typeof server.answers>): Promise<WatchEvent[]> {
    const controller = new AbortController()
    const events: WatchEvent[] = []
    server.answers(...answers)
    await watchForever(
      server.transport,
      {
        locate: async () => ({ path: '/api/v1/pods', apiVersion: 'v1', kind: 'Pod' }),
        query: { labelSelector: 'a=b' },
      },
      (event) => {
        events.push(event)
        if (events.length >= until) controller.abort(new Error('enough'))
      },
      server.sleep,
      controller.signal,
    )
    return events
  }
  const brief = (events: WatchEvent[]) =>
    events.map((event) =>
      event.type === 'synced'
        ? `synced ${event.objects.map((object) => object.metadata.name)}`
        : event.type === 'lost'
          ? 'lost'
          : `${event.type} ${event.object.metadata.name}`,
    )

  it('starts with a full list, then tells changes; a change reported as ADDED is a change', async () => {
    const events = await collect(
      4,
      list('5', 'a'),
      lines(
        { type: 'ADDED', object: pod('a', '6') },
        { type: 'ADDED', object: pod('b', '7') },
        { type: 'BOOKMARK', object: pod('', '8') },
        { type: 'DELETED', object: pod('a', '9') },
      ),
    )
    expect(brief(events)).toEqual(['synced a', 'modified a', 'added b', 'deleted a'])
    expect(events[1]).toMatchObject({ object: { apiVersion: 'v1', kind: 'Pod' } })
    expect(server.seen[1]!.url).toContain('resourceVersion=5')
    expect(server.seen[1]!.url).toContain('labelSelector=a%3Db')
  })

  it('goes on from where it was when the server ends it', async () => {
    expect(
      brief(
        await collect(
          3,
          list('5'),
          lines({ type: 'ADDED', object: pod('a', '6') }),
          lines({ type: 'ADDED', object: pod('b', '7') }),
        ),
      ),
    ).toEqual(['synced ', 'added a', 'added b'])
    expect(server.seen[2]!.url).toContain('resourceVersion=6')
  })

  it('lists again when its place in history is gone', async () => {
    const expired = lines({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
    expect(brief(await collect(2, list('5', 'a'), expired, list('9', 'a', 'b')))).toEqual(['synced a', 'synced a,b'])
  })

  it('says that it is lost and lists again', async () => {
    expect(
      brief(await collect(4, list('5', 'a'), reset, list('9'), lines({ type: 'ADDED', object: pod('c', '10') }))),
    ).toEqual(['synced a', 'lost', 'synced ', 'added c'])
  })
})
