/** A WebSocket without a client library behind it: what exactly the server sends, frame by frame. */

import { WebSocket } from 'ws'
import { parse } from 'yaml'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'

interface Frame {
  channel: number
  text: string
}

export interface Conversation {
  protocol: string
  frames: Frame[]
  code: number
}

export function connect(sandbox: Sandbox, path: string, protocols: string[]): WebSocket {
  const config = parse(sandbox.kubeconfig)
  return new WebSocket(`${sandbox.url.replace('https', 'wss')}${path}`, protocols, {
    ca: Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
  })
}

/** Everything until the server closes. A refused upgrade rejects with its HTTP status and body. */
export function converse(
  sandbox: Sandbox,
  path: string,
  protocols: string[],
  onOpen?: (socket: WebSocket) => void,
): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const socket = connect(sandbox, path, protocols)
    const frames: Frame[] = []
    socket.on('unexpected-response', (_request, answer) => {
      let body = ''
      answer.on('data', (chunk) => {
        body += chunk
      })
      answer.on('end', () => reject(Object.assign(new Error('refused'), { status: answer.statusCode, body })))
    })
    socket.on('error', reject)
    socket.on('open', () => onOpen?.(socket))
    socket.on('message', (message: Buffer, binary: boolean) => {
      frames.push({ channel: binary ? message[0]! : message[0]! - 48, text: message.subarray(1).toString('utf8') })
    })
    socket.on('close', (code) => resolve({ protocol: socket.protocol, frames, code }))
  })
}
