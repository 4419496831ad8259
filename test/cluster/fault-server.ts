/** A server that answers as scripted, for what no real one can be made to do. An unexpected request fails the test. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAuth } from '../../src/cluster/auth.ts'
import { createKubeApi, type KubeApi } from '../../src/cluster/kube-api.ts'
import type { LoadedKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { createTransport } from '../../src/cluster/transport.ts'

interface Seen {
  method: string
  url: string
  body: string
  headers: IncomingMessage['headers']
}

export type Answer = (request: Seen, response: ServerResponse) => void

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

export const status = (code: number, reason: string, message = reason): Answer =>
  json(code, { kind: 'Status', status: 'Failure', code, reason, message })
export const reset: Answer = (_request, response) => response.socket!.destroy()
/** Half an answer. */
export const cut: Answer = (_request, response) => {
  response.writeHead(200, { 'Content-Length': '100' })
  response.write('{"half":')
  setImmediate(() => response.socket!.destroy())
}

export async function faultServer(
  options: { onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void } = {},
) {
  const script: Answer[] = []
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const one: Seen = { method: request.method!, url: request.url!, body, headers: request.headers }
      seen.push(one)
      const answer = script.shift()
      if (answer) answer(one, response)
      else json(599, { message: `unexpected ${one.method} ${one.url}` })(one, response)
    })
  })
  if (options.onUpgrade) server.on('upgrade', options.onUpgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const slept: number[] = []
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted()
    slept.push(ms)
  }
  const loaded: LoadedKubeconfig = {
    context: 'test',
    server: url,
    namespace: 'default',
    cluster: { server: url },
    user: { token: 't' },
    files: [],
  }
  const transport = createTransport({ server: url, context: 'test', auth: createAuth(loaded), sleep })
  const api: KubeApi = createKubeApi(transport, loaded)
  return {
    url,
    transport,
    api,
    slept,
    seen,
    sleep,
    /** What the next requests get. */
    answers: (...next: Answer[]) => {
      script.splice(0, script.length, ...next)
      seen.length = 0
      slept.length = 0
    },
    left: () => script.length,
    async close() {
      transport.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
