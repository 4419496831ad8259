import type { HttpRequest, HttpResponse } from '../contracts.ts'
import { sleep } from '../sim-clock.ts'

/** What a forwarded connection needs of the network: the pod's own loopback, which no policy touches. */
export interface PodPorts {
  isOpen(pod: string, port: number): boolean
  http(pod: string, request: HttpRequest): Promise<HttpResponse>
}

/** One forwarded TCP connection: HTTP requests are answered, whatever else is sent is swallowed by a silent server. */
export interface PodConnection {
  receive(data: Buffer): void
  end(): void
}

const LONGEST_REQUEST = 1024 * 1024

export function connectToPort(
  ports: PodPorts,
  pod: string,
  port: number,
  reply: { write(data: Buffer): void; end(): void },
  onBug: (error: unknown) => void,
): PodConnection {
  let pending = Buffer.alloc(0)
  let queue = Promise.resolve()
  let over = false

  async function answer(request: ParsedRequest): Promise<void> {
    const response = await ports.http(pod, {
      method: request.method,
      scheme: 'http',
      host: request.host,
      address: '127.0.0.1',
      port,
      path: request.path,
      headers: request.headers,
    })
    if (response.tookMs > 0) await sleep(response.tookMs)
    if (over) return
    if (response.broken || request.closes) over = true
    if (!response.broken) reply.write(formatResponse(request.method, response))
    if (over) reply.end()
  }

  return {
    receive(data) {
      if (over) return
      pending = Buffer.concat([pending, data])
      for (let request = takeRequest(pending); request; request = takeRequest(pending)) {
        pending = pending.subarray(request.length)
        const next = request
        queue = queue.then(() => answer(next)).catch(onBug)
      }
      if (pending.length > LONGEST_REQUEST) {
        over = true
        reply.end()
      }
    },
    end() {
      queue
        .then(() => {
          if (!over) reply.end()
          over = true
        })
        .catch(onBug)
    },
  }
}

interface ParsedRequest {
  method: string
  path: string
  host: string
  headers: Record<string, string>
  closes: boolean
  /** Bytes of head and body. */
  length: number
}

/** The first whole request in the bytes so far. */
function takeRequest(bytes: Buffer): ParsedRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const [method = '', path = '', version = ''] = first.split(' ')
  if (!version.startsWith('HTTP/1.')) return undefined
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const length = end + 4 + (Number.parseInt(headers['content-length'] ?? '0', 10) || 0)
  if (bytes.length < length) return undefined
  const closes = headers.connection?.toLowerCase() === 'close' || version === 'HTTP/1.0'
  return { method, path, host: headers.host ?? '', headers, closes, length }
}

function formatResponse(method: string, { status, reason, headers, body }: HttpResponse): Buffer {
  const has = (name: string) => headers.some(([key]) => key.toLowerCase() === name)
  const all: [string, string][] = has('content-length')
    ? headers
    : [...headers, ['Content-Length', String(Buffer.byteLength(body))]]
  const head = [`HTTP/1.1 ${status} ${reason}`, ...all.map(([name, value]) => `${name}: ${value}`)].join('\r\n')
  return Buffer.from(`${head}\r\n\r\n${method === 'HEAD' ? '' : body}`, 'utf8')
}
