import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { badRequest } from '../api/api-error.ts'
import type { UpgradeStream } from '../server/handler.types.ts'
import { toErrorAnswer, writeUpgradeRefusal } from '../server/respond.ts'
import { connectToPort, type PodConnection, type PodPorts } from './pod-port.ts'
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts'

const TUNNEL = 'SPDY/3.1+portforward.k8s.io'
const CHANNELS = 'v4.channel.k8s.io'
const LARGEST_MESSAGE = 4 * 1024 * 1024

export interface PortForwardDeps {
  ports: PodPorts
  onBug(error: unknown): void
}

const tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LARGEST_MESSAGE })
// The name holds a slash, which is no token character: `ws` would refuse it, so it never sees it.
tunnels.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${TUNNEL}`))
const channels = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: LARGEST_MESSAGE,
  handleProtocols: () => CHANNELS,
})

/** Three ways in: SPDY frames in WebSocket messages (kubectl 1.31+), plain SPDY (older), channels (client-node). */
export function createPortForward(deps: PortForwardDeps): UpgradeStream {
  return (req, socket, head, { namespace, pod, query }) => {
    const target = `${namespace}/${pod.metadata.name}`
    const offered = String(req.headers['sec-websocket-protocol'] ?? '')
    if (req.method === 'POST') spdy(req, socket, head, target, deps)
    else if (offered.includes(TUNNEL)) tunnel(req, socket, head, target, deps)
    else if (offered.split(/\s*,\s*/).includes(CHANNELS))
      overChannels(req, socket, head, target, query.getAll('ports'), deps)
    else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  }
}

function tunnel(req: IncomingMessage, socket: Duplex, head: Buffer, target: string, deps: PortForwardDeps): void {
  delete req.headers['sec-websocket-protocol']
  tunnels.handleUpgrade(req, socket, head, (ws) => {
    const connection = serveStreams(
      target,
      deps,
      (bytes) => ws.send(bytes),
      () => ws.close(1000),
    )
    ws.on('message', (message: Buffer) => connection.receive(message))
    ws.on('close', () => connection.close())
    ws.on('error', () => undefined)
  })
}

function spdy(req: IncomingMessage, socket: Duplex, head: Buffer, target: string, deps: PortForwardDeps): void {
  if (req.headers.upgrade?.toLowerCase() !== 'spdy/3.1') {
    writeUpgradeRefusal(socket, toErrorAnswer(badRequest('unable to upgrade: only SPDY/3.1 is spoken here')))
    return
  }
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    'X-Stream-Protocol-Version: portforward.k8s.io',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const connection = serveStreams(
    target,
    deps,
    (bytes) => socket.write(bytes),
    () => socket.end(),
  )
  socket.on('data', (bytes: Buffer) => connection.receive(bytes))
  socket.on('close', () => connection.close())
  if (head.length > 0) connection.receive(head)
}

/** Each forwarded connection is a pair of streams with one `requestid`: `error` first, then `data`. */
function serveStreams(
  target: string,
  deps: PortForwardDeps,
  send: (bytes: Buffer) => void,
  close: () => void,
): SpdyConnection {
  const errors = new Map<string, SpdyStream>()
  return new SpdyConnection({
    send,
    onClose: close,
    onStream(stream) {
      const request = stream.headers.get('requestid') ?? ''
      if (stream.headers.get('streamtype') === 'error') {
        errors.set(request, stream)
        return
      }
      const error = errors.get(request)
      errors.delete(request)
      const port = Number(stream.headers.get('port'))
      if (!deps.ports.isOpen(target, port)) {
        stream.end()
        error?.write(Buffer.from(refusal(target, port)))
        error?.end()
        return
      }
      const reply = {
        write: (data: Buffer) => stream.write(data),
        end: () => {
          stream.end()
          error?.end()
        },
      }
      const connection = connectToPort(deps.ports, target, port, reply, deps.onBug)
      stream.onData = (data) => connection.receive(data)
      stream.onEnd = () => connection.end()
    },
  })
}

/** Channel 2i is the data of the i-th port, 2i+1 its errors; each begins with the port, two bytes, low byte first. */
function overChannels(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  target: string,
  asked: readonly string[],
  deps: PortForwardDeps,
): void {
  const ports = asked.flatMap((text) => text.split(',')).map(Number)
  channels.handleUpgrade(req, socket, head, (ws) => {
    const send = (channel: number, data: Buffer) => ws.send(Buffer.concat([Buffer.from([channel]), data]))
    const connections = new Map<number, PodConnection>()
    for (const [index, port] of ports.entries()) {
      const number = Buffer.from([port & 255, port >> 8])
      send(2 * index, number)
      send(2 * index + 1, number)
      if (!deps.ports.isOpen(target, port)) {
        send(2 * index + 1, Buffer.from(refusal(target, port)))
        continue
      }
      const reply = { write: (data: Buffer) => send(2 * index, data), end: () => ws.close(1000) }
      connections.set(2 * index, connectToPort(deps.ports, target, port, reply, deps.onBug))
    }
    ws.on('message', (message: Buffer) => connections.get(message[0] ?? -1)?.receive(Buffer.from(message.subarray(1))))
    ws.on('close', () => {
      for (const connection of connections.values()) connection.end()
    })
    ws.on('error', () => undefined)
  })
}

function refusal(target: string, port: number): string {
  return `error forwarding port ${port} to pod ${target}, uid : failed to execute portforward in network namespace: failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused `
}
