/**
 * HTTP to one API server over a keep-alive agent: plain requests with safe retries, streams of lines, and what an
 * upgrade needs. Knows nothing of Kubernetes beyond its Status bodies.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { StringDecoder } from 'node:string_decoder'
import { ApiRefusal, clusterUnreachable } from '../errors/catalog/cluster.ts'
import { escapeControl } from '../errors/escape.ts'
import type { Auth } from './auth.ts'
import { failureHint } from './failure-hint.ts'
import { backoffMs, orAborted, type Sleep } from './retry.ts'

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  body?: unknown
  contentType?: string
  accept?: string
  signal?: AbortSignal | undefined
  /** May be sent again after an answer that was lost. Default: everything but POST. */
  repeatable?: boolean
  /** A change of single fields, whatever else was changed meanwhile: a conflict is only bad luck. */
  repeatConflict?: boolean
  attempts?: number
  /** How long the server may be silent. */
  timeoutMs?: number
  /** How long the whole answer may take, for small ones: a server that drips is not silent. */
  wholeMs?: number
}

export interface ApiAnswer {
  status: number
  headers: IncomingMessage['headers']
  text: string
}

export interface Transport {
  readonly server: string
  /** Any answer below 400; else throws `ApiRefusal`, or CLUSTER_UNREACHABLE. */
  send(request: ApiRequest): Promise<ApiAnswer>
  json(request: ApiRequest): Promise<any>
  /** Lines of a long answer until it ends (resolves), fails (rejects) or the signal aborts (rejects). */
  lines(request: ApiRequest, onLine: (line: string) => void, idleMs: number): Promise<void>
  auth: Auth
  close(): void
}

export interface TransportOptions {
  server: string
  context: string
  auth: Auth
  sleep: Sleep
  userAgent?: string
}

const defaultAttempts = 6
const defaultTimeoutMs = 30_000
/** A server that says nothing is not asked six times: that would be minutes without a word. */
const silentAttempts = 2

export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.server)
  const prefix = base.pathname.replace(/\/$/, '')
  const start = base.protocol === 'http:' ? httpRequest : httpsRequest
  const unreachable = (cause: unknown) =>
    clusterUnreachable(options.context, options.server, describeNetworkError(cause), cause)

  async function open(request: ApiRequest): Promise<IncomingMessage> {
    const { headers, agent } = await orAborted(options.auth.credentials(), request.signal)
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    return new Promise((resolve, reject) => {
      const sent = start({
        host: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (base.protocol === 'http:' ? 80 : 443),
        method: request.method,
        path: `${prefix}${request.path}${queryString(request.query)}`,
        agent,
        headers: {
          Accept: request.accept ?? 'application/json',
          'User-Agent': options.userAgent ?? 'hipster-workshop',
          ...headers,
          ...(body === undefined
            ? {}
            : { 'Content-Type': request.contentType ?? 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        },
      })
      const timeout = request.timeoutMs ?? defaultTimeoutMs
      // Node's own time-out begins anew with each stage of a connection that is being made.
      const timer = setTimeout(() => sent.destroy(noAnswer(timeout)), timeout)
      sent.on('response', () => clearTimeout(timer))
      sent.setTimeout(timeout, () => sent.destroy(noAnswer(timeout)))
      // Not node's own `signal` option: aborted in the moment a socket goes back to the pool, it throws where nobody listens.
      const onAbort = () => {
        reject(request.signal!.reason)
        sent.destroy()
      }
      request.signal?.addEventListener('abort', onAbort, { once: true })
      sent.on('close', () => {
        clearTimeout(timer)
        request.signal?.removeEventListener('abort', onAbort)
      })
      sent.on('response', resolve)
      sent.on('error', reject)
      sent.end(body)
    })
  }

  async function once(request: ApiRequest): Promise<ApiAnswer> {
    const response = await open(request)
    const { wholeMs } = request
    const timer = wholeMs === undefined ? undefined : setTimeout(() => response.destroy(noAnswer(wholeMs)), wholeMs)
    const text = await readAll(response).finally(() => clearTimeout(timer))
    return { status: response.statusCode ?? 0, headers: response.headers, text }
  }

  async function send(request: ApiRequest): Promise<ApiAnswer> {
    const repeatable = request.repeatable ?? request.method !== 'POST'
    const attempts = request.attempts ?? defaultAttempts
    let refreshed = false
    let silent = 0
    for (let attempt = 0; ; attempt++) {
      const last = attempt + 1 >= attempts
      let answer: ApiAnswer
      try {
        answer = await once(request)
      } catch (cause) {
        if (request.signal?.aborted) throw request.signal.reason
        if (isWorkshopError(cause)) throw cause
        if ((cause as { code?: string }).code === 'ETIMEDOUT') silent++
        if (last || silent >= silentAttempts || !mayRepeatAfterLoss(cause, repeatable)) throw unreachable(cause)
        await options.sleep(backoffMs(attempt), request.signal)
        continue
      }
      if (answer.status < 400) return answer
      const refusal = toRefusal(answer, request)
      if (answer.status === 401 && !refreshed) {
        // A token that expired meanwhile: once more with fresh credentials.
        refreshed = true
        options.auth.forget()
        continue
      }
      // 429 was not carried out, whatever the method; a 5xx may have been.
      const again =
        answer.status === 429 ||
        (repeatable && isPassing(refusal)) ||
        (request.repeatConflict && refusal.reason === 'Conflict')
      if (last || !again) throw refusal
      await options.sleep(backoffMs(attempt, answer.headers['retry-after']), request.signal)
    }
  }

  return {
    server: options.server,
    auth: options.auth,
    send,
    async json(request) {
      const answer = await send(request)
      let value: unknown
      let cause: unknown
      try {
        value = JSON.parse(answer.text)
      } catch (error) {
        cause = error
      }
      if (typeof value === 'object' && value !== null) return value
      const what = `its answer to ${request.method} ${request.path} is not ${cause ? 'JSON' : 'an object'}`
      throw clusterUnreachable(options.context, options.server, what, cause)
    },
    async lines(request, onLine, idleMs) {
      const response = await open({ ...request, timeoutMs: idleMs })
      if ((response.statusCode ?? 0) >= 400) {
        throw toRefusal(
          { status: response.statusCode ?? 0, headers: response.headers, text: await readAll(response) },
          request,
        )
      }
      await readLines(response, onLine)
    },
    close() {
      options.auth.close()
    },
  }
}

function noAnswer(ms: number): Error {
  return Object.assign(new Error(`no answer within ${Math.round(ms / 1000)} s`), { code: 'ETIMEDOUT' })
}

function isWorkshopError(value: unknown): boolean {
  return value instanceof Error && 'exitCode' in value
}

/** Never reached the server: safe for every method. Lost on the way: only what may be sent twice. */
function mayRepeatAfterLoss(cause: unknown, repeatable: boolean): boolean {
  const code = (cause as { code?: string }).code ?? ''
  if (code === 'ECONNREFUSED') return true
  if (!repeatable) return false
  return [
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ECONNABORTED',
    'EAI_AGAIN',
    'HPE_INVALID_CONSTANT',
    'ERR_STREAM_PREMATURE_CLOSE',
  ].includes(code)
}

/** 5xx that a moment may cure. Calico's own refusals are 500 without a reason and stay what they are. */
function isPassing(refusal: ApiRefusal): boolean {
  if (refusal.status < 500) return false
  if (
    refusal.status === 500 &&
    /is not supported on|StorageError: key not found|Cannot delete|is forbidden/.test(refusal.message)
  )
    return false
  return true
}

export function toRefusal(answer: ApiAnswer, request: Pick<ApiRequest, 'method' | 'path'>): ApiRefusal {
  let status: { reason?: string; message?: string } = {}
  try {
    const parsed = JSON.parse(answer.text)
    if (parsed && typeof parsed === 'object') status = parsed
  } catch {
    status = { message: answer.text.trim().slice(0, 500) }
  }
  const message = escapeControl(
    status.message || `${request.method} ${request.path} was answered with HTTP ${answer.status}`,
    { multiline: true },
  )
  const hint = failureHint({ status: answer.status, reason: status.reason, message })
  return new ApiRefusal({
    status: answer.status,
    ...(status.reason ? { reason: status.reason } : {}),
    message,
    ...(hint ? { hint } : {}),
    request: `${request.method} ${request.path}`,
  })
}

function queryString(query: ApiRequest['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  if (pairs.length === 0) return ''
  return `?${new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString()}`
}

function readAll(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk) => chunks.push(chunk))
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.on('error', reject)
    response.on('close', () => {
      if (!response.complete) reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' }))
    })
  })
}

function readLines(response: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    response.on('data', (chunk: Buffer) => {
      const parts = (rest + decoder.write(chunk)).split('\n')
      rest = parts.pop()!
      try {
        for (const line of parts) if (line) onLine(line)
      } catch (error) {
        response.destroy()
        reject(error)
      }
    })
    response.on('end', resolve)
    response.on('error', reject)
    response.on('close', () => {
      if (!response.complete) reject(Object.assign(new Error('the stream was cut off'), { code: 'ECONNRESET' }))
    })
  })
}

/** The reasons a person can do something about, in words. */
export function describeNetworkError(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string }
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved'
    case 'ETIMEDOUT':
      return message?.startsWith('no answer') ? message : 'the connection timed out'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to it'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was cut'
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired'
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is not signed by the certificate authority of the kubeconfig'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another name'
    default:
      return escapeControl(message ?? String(cause))
  }
}
