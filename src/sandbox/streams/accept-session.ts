import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { acceptChannels, type ChannelSocket } from './channel-socket.ts'
import { type SessionOptions, sessionOptions } from './session-options.ts'
import { acceptSpdy } from './spdy-session.ts'

/** A WebSocket upgrade is a GET, a SPDY one a POST; behind both is the same session. */
export function acceptSession(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  query: URLSearchParams,
  start: (session: ChannelSocket, options: SessionOptions) => void,
): void {
  const options = sessionOptions(query)
  if (req.method === 'POST') acceptSpdy(req, socket, head, options, (session) => start(session, options))
  else acceptChannels(req, socket, head, (session) => start(session, options))
}
