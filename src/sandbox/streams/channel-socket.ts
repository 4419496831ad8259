import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type ChannelProtocol, chooseProtocol, isBase64 } from './channel-protocol.ts'

/** One exec or attach session: numbered channels in both directions over a WebSocket. */
export interface ChannelSocket {
  readonly protocol: ChannelProtocol
  send(channel: number, data: Uint8Array): void
  /** Called for each message the client sends. */
  onMessage: (channel: number, data: Uint8Array) => void
  /** The client is gone. */
  onClose: () => void
  /** After the last frame: code 1000, as a client expects. */
  end(): void
  /** Cuts the connection without a closing frame. */
  cut(): void
}

/** kubectl writes up to 32 KiB at once; a client that sends more in one message is no client of ours. */
const LARGEST_MESSAGE = 4 * 1024 * 1024
const CHUNK = 32 * 1024
/** A client that does not read for this long a backlog is cut off: memory stays bounded. */
const LARGEST_BACKLOG = 32 * 1024 * 1024

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: LARGEST_MESSAGE,
  handleProtocols: (offered) => chooseProtocol([...offered].join(',')) || false,
})

/** Answers the upgrade and hands over the session; an unknown subprotocol is 403 with no body, as on a real server. */
export function acceptChannels(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  start: (session: ChannelSocket) => void,
): void {
  const protocol = chooseProtocol(req.headers['sec-websocket-protocol'])
  if (protocol === undefined) {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    return
  }
  server.handleUpgrade(req, socket, head, (ws) => start(wrap(ws, socket, protocol)))
}

function wrap(ws: WebSocket, socket: Duplex, protocol: ChannelProtocol): ChannelSocket {
  const base64 = isBase64(protocol)
  const session: ChannelSocket = {
    protocol,
    onMessage: () => undefined,
    onClose: () => undefined,
    send(channel, data) {
      if (ws.readyState !== ws.OPEN) return
      if (ws.bufferedAmount > LARGEST_BACKLOG) {
        ws.terminate()
        return
      }
      // An empty message is a message too: the first one of every session is empty.
      for (let at = 0; at === 0 || at < data.length; at += CHUNK) {
        const part = data.subarray(at, at + CHUNK)
        if (base64) ws.send(`${channel}${Buffer.from(part).toString('base64')}`)
        else {
          const frame = Buffer.allocUnsafe(part.length + 1)
          frame[0] = channel
          frame.set(part, 1)
          ws.send(frame)
        }
      }
    },
    end() {
      ws.close(1000)
      // A client that never answers the closing frame would keep the socket for 30 s.
      setTimeout(() => ws.terminate(), 2000).unref()
    },
    cut() {
      socket.destroy()
    },
  }
  ws.on('message', (message: Buffer, binary: boolean) => {
    if (message.length === 0) return
    if (base64 && !binary)
      session.onMessage(message[0]! - 48, Buffer.from(message.subarray(1).toString('latin1'), 'base64'))
    else session.onMessage(message[0]!, message.subarray(1))
  })
  ws.on('close', () => session.onClose())
  // Protocol violations of the client arrive here and close the socket by themselves.
  ws.on('error', () => undefined)
  return session
}
