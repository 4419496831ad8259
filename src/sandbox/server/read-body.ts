import type { IncomingMessage } from 'node:http'
import { ApiError } from '../api/api-error.ts'

/** What the API server takes: 3 MiB. */
const BODY_LIMIT = 3 * 1024 * 1024

/** The whole body, or 413. A client that stops sending is cut off by the listener's request time-out. */
export function readBody(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const announced = Number(req.headers['content-length'] ?? 0)
    if (announced > BODY_LIMIT) {
      reject(tooLarge())
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_LIMIT) {
        req.removeAllListeners('data')
        req.resume()
        reject(tooLarge())
        return
      }
      chunks.push(chunk)
    })
    req.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    req.once('error', reject)
    req.once('aborted', () => reject(new ApiError(400, 'BadRequest', 'the client went away')))
  })
}

function tooLarge(): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`, {})
}
