import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { badRequest } from '../api/api-error.ts'
import { toErrorAnswer, writeUpgradeRefusal } from '../server/respond.ts'
import { channels } from './channel-protocol.ts'
import type { ChannelSocket } from './channel-socket.ts'
import type { SessionOptions } from './session-options.ts'
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const CHANNEL_OF: Readonly<Record<string, number>> = {
  stdin: channels.stdin,
  stdout: channels.stdout,
  stderr: channels.stderr,
  error: channels.error,
  resize: channels.resize,
}

/** Exec and attach for kubectl up to 1.29, and whoever turned WebSockets off: one SPDY stream per channel. */
export function acceptSpdy(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: SessionOptions,
  start: (session: ChannelSocket) => void,
): void {
  const offered = String(req.headers['x-stream-protocol-version'] ?? '')
  if (req.headers.upgrade?.toLowerCase() !== 'spdy/3.1' || !offered.includes(PROTOCOL)) {
    const message = `unable to upgrade: this server speaks SPDY/3.1 with ${PROTOCOL}, or WebSockets`
    writeUpgradeRefusal(socket, toErrorAnswer(badRequest(message)))
    return
  }
  const answer = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${PROTOCOL}`,
  ]
  socket.write(`${answer.join('\r\n')}\r\n\r\n`)

  const streams = new Map<number, SpdyStream>()
  const early: [channel: number, data: Uint8Array][] = []
  let started = false
  const session: ChannelSocket = {
    protocol: PROTOCOL,
    onMessage: (channel, data) => early.push([channel, data]),
    onClose: () => undefined,
    send(channel, data) {
      if (data.length > 0) streams.get(channel)?.write(data)
    },
    end() {
      for (const stream of streams.values()) stream.end()
      socket.end()
    },
    cut: () => socket.destroy(),
  }
  const connection = new SpdyConnection({
    send: (bytes) => socket.write(bytes),
    onClose: () => session.onClose(),
    onStream(stream) {
      const channel = CHANNEL_OF[stream.headers.get('streamtype') ?? '']
      if (channel === undefined) {
        stream.reset()
        return
      }
      streams.set(channel, stream)
      stream.onData = (data) => session.onMessage(channel, data)
      if (channel === channels.stdin)
        stream.onEnd = () => session.onMessage(channels.close, Uint8Array.of(channels.stdin))
      if (started || !wanted(options).every((each) => streams.has(each))) return
      started = true
      start(session)
      for (const [at, data] of early.splice(0)) session.onMessage(at, data)
    },
  })
  socket.on('data', (bytes: Buffer) => connection.receive(bytes))
  socket.on('close', () => connection.close())
  if (head.length > 0) connection.receive(head)
}

/** The client opens one stream for each of these before anything runs. */
function wanted(options: SessionOptions): number[] {
  return [
    channels.error,
    ...(options.stdin ? [channels.stdin] : []),
    ...(options.stdout ? [channels.stdout] : []),
    ...(options.stderr ? [channels.stderr] : []),
    ...(options.tty ? [channels.resize] : []),
  ]
}
