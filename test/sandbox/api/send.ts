import { type RequestOptions, request } from 'node:https'
import { type TestApi, TOKEN } from './start-api.ts'

export interface Sent {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  body: any
}

export interface SendOptions {
  method?: string
  path: string
  body?: unknown
  headers?: Record<string, string>
  token?: string | null
}

/** One plain HTTPS request, with the administrator's token unless told otherwise. */
export function send(api: TestApi, options: SendOptions): Promise<Sent> {
  const { method = 'GET', path, body, headers = {}, token = TOKEN } = options
  const payload =
    body === undefined ? undefined : Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
  const all: RequestOptions = {
    host: '127.0.0.1',
    port: api.port,
    ca: api.ca,
    // Also where a test sends another Host.
    servername: 'localhost',
    method,
    path,
    headers: {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
      ...headers,
    },
  }
  return new Promise((resolve, reject) => {
    const sent = request(all, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk) => chunks.push(chunk))
      res.on('error', reject)
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: res.statusCode!, headers: res.headers, text, body: parse(text) })
      })
    })
    sent.on('error', reject)
    sent.end(payload)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export interface OpenWatch {
  status: number
  /** Resolves with the next event. */
  next(): Promise<{ type: string; object: any }>
  /** Resolves when the server ends the stream. */
  ended: Promise<void>
  close(): void
}

export function watch(api: TestApi, path: string, headers: Record<string, string> = {}): Promise<OpenWatch> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: api.port,
      ca: api.ca,
      path,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    }
    const sent = request(options, (res) => {
      const queue: any[] = []
      const waiting: ((event: any) => void)[] = []
      let rest = ''
      res.on('data', (chunk) => {
        rest += chunk
        const lines = rest.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const event = JSON.parse(line)
          const waiter = waiting.shift()
          if (waiter) waiter(event)
          else queue.push(event)
        }
      })
      res.on('error', () => {})
      resolve({
        status: res.statusCode!,
        next: () => (queue.length > 0 ? Promise.resolve(queue.shift()) : new Promise((give) => waiting.push(give))),
        ended: new Promise((end) => res.on('close', () => end())),
        close: () => sent.destroy(),
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

export function podManifest(name: string, namespace = 'default', labels: Record<string, string> = { app: name }) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
  }
}
