// What a watch's client does not read is bounded, and what it does read is complete and in order.
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { WatchEvent } from '../../../src/sandbox/server/watch-encoder.ts'
import { WatchStream } from '../../../src/sandbox/server/watch-stream.ts'

const UNSENT = 64 * 1024
const WAITING = 5000
/** Far more than the kernel's buffers of a loopback connection hold. */
const PADDING = 'x'.repeat(4096)

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const event = (number: number): WatchEvent => ({
  type: 'ADDED',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: String(number) } },
})
const toLine = (sent: WatchEvent) => `${'object' in sent ? sent.object.metadata.name : ''} ${PADDING}\n`

async function open(): Promise<{ stream: WatchStream; res: ServerResponse; answer: IncomingMessage }> {
  const answered = new Promise<ServerResponse>((resolve) => {
    server = createServer((_req, res) => {
      res.flushHeaders()
      resolve(res)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const [answer] = (await once(get({ port: (server.address() as AddressInfo).port, agent: false }), 'response')) as [
    IncomingMessage,
  ]
  answer.pause()
  answer.on('error', () => undefined)
  const res = await answered
  return { stream: new WatchStream(res, toLine, { unsentBytes: UNSENT, waiting: WAITING }), res, answer }
}

async function numbersOf(answer: IncomingMessage, count: number): Promise<number[]> {
  const numbers: number[] = []
  let rest = ''
  for await (const chunk of answer) {
    rest += chunk
    const lines = rest.split('\n')
    rest = lines.pop()!
    for (const line of lines) numbers.push(Number.parseInt(line, 10))
    if (numbers.length >= count) break
  }
  return numbers
}

describe('a watch whose client does not read', () => {
  it('keeps little of it as text, and sends all of it in order once the client reads on', async () => {
    const { stream, res, answer } = await open()
    const count = WAITING
    for (let number = 0; number < count; number++) stream.send(event(number))
    expect(res.writableLength).toBeLessThan(UNSENT + 2 * PADDING.length)
    answer.resume()
    expect(await numbersOf(answer, count)).toEqual(Array.from({ length: count }, (_, number) => number))
  })

  it('is cut off when it falls too far behind', async () => {
    const { stream, res } = await open()
    const closed = once(res, 'close')
    for (let number = 0; number < 2 * WAITING; number++) stream.send(event(number))
    await closed
    expect(res.destroyed).toBe(true)
  })

  it('may begin with more than that', async () => {
    const { stream, res, answer } = await open()
    const count = 2 * WAITING
    stream.begin(Array.from({ length: count }, (_, number) => event(number)))
    expect(res.destroyed).toBe(false)
    answer.resume()
    expect(await numbersOf(answer, count)).toHaveLength(count)
  })
})
