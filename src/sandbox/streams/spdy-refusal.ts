import type { Duplex } from 'node:stream'
import { badRequest } from '../api/api-error.ts'
import { toErrorAnswer, writeUpgradeRefusal } from '../server/respond.ts'

/** kubectl falls back to SPDY when a WebSocket upgrade fails, and up to 1.29 starts with it; it shows this answer's message. */
export function refuseSpdy(socket: Duplex): void {
  const message =
    'this sandbox speaks WebSockets only: use kubectl 1.30 or newer, without KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false'
  writeUpgradeRefusal(socket, toErrorAnswer(badRequest(message)))
}
