import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError, internalError } from '../api/api-error.ts'
import type { Answer } from '../api/context.ts'

export function writeAnswer(res: ServerResponse, answer: Answer, warnings: readonly string[] = []): void {
  if (res.headersSent || res.destroyed) return
  const text = typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`
  const headers: Record<string, string | number | string[]> = {
    'Audit-Id': randomUUID(),
    'Cache-Control': 'no-cache, private',
    'Content-Type': answer.contentType ?? 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...answer.headers,
  }
  if (warnings.length > 0) headers.Warning = [...new Set(warnings)].map(toWarningHeader)
  if (answer.status === 304) {
    delete headers['Content-Length']
    // Clients merge these headers into what they cached: a type here would change what the body is taken for.
    delete headers['Content-Type']
    res.writeHead(304, headers)
    res.end()
    return
  }
  res.writeHead(answer.status, headers)
  // As text: Node then sends head and body in one piece.
  res.end(text)
}

/** RFC 7234 warn-text: quoted, without control characters, ASCII only (a header cannot carry more). */
export function toWarningHeader(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return `299 - "${printable.replace(/[\\"]/g, '\\$&')}"`
}

/** What went wrong as an answer; anything that is not an `ApiError` is a bug of ours and says no more than that. */
export function toErrorAnswer(error: unknown): Answer {
  const apiError = error instanceof ApiError ? error : internalError('the sandbox could not handle this request')
  const retry = apiError.status.details?.retryAfterSeconds
  return {
    status: apiError.code,
    body: apiError.status,
    ...(retry === undefined ? {} : { headers: { 'Retry-After': String(retry) } }),
  }
}

/** An ordinary HTTP answer on a socket that asked for an upgrade. */
export function writeUpgradeRefusal(socket: Duplex, answer: Answer): void {
  if (socket.destroyed || !socket.writable) return
  const body = typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`
  socket.end(
    [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
      `Content-Type: ${answer.contentType ?? 'application/json'}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-cache, private',
      ...Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
