/** A cluster that puts control characters into everything it says: a sandbox behind a proxy that rewrites its answers. */
import { createServer, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { parse } from 'yaml'
import type { Sandbox } from '../../src/sandbox/contracts.ts'

/** Erases the screen in 7 and in 8 bits, renames the window, turns the direction of reading. */
export const evil = '\u001b[2J\u009b2J\u001b]0;owned\u0007\u202e\u061c\r\u007f'

export async function hostileProxy(sandbox: Sandbox): Promise<{ url: string; token: string; close(): Promise<void> }> {
  const { clusters, users } = parse(sandbox.kubeconfig)
  const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64')
  const target = new URL(sandbox.url)
  const headersOf = ({ headers }: IncomingMessage) => ({ ...headers, host: target.host })

  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked
    const passed = httpsRequest(new URL(path!, target), { method, headers: headersOf(asked), ca }, (given) => {
      const chunks: Buffer[] = []
      const isWatch = /[?&]watch=/.test(path!)
      if (isWatch) answer.writeHead(given.statusCode!, given.headers)
      given.on('data', (chunk) => (isWatch ? answer.write(chunk) : chunks.push(chunk)))
      given.on('end', () => {
        if (isWatch) return answer.end()
        const body = spoiled(Buffer.concat(chunks).toString('utf8'))
        const { 'content-length': _, 'transfer-encoding': __, ...rest } = given.headers
        answer.writeHead(given.statusCode!, { ...rest, 'content-length': Buffer.byteLength(body) })
        answer.end(body)
      })
    })
    passed.on('error', () => answer.destroy())
    if (headers['transfer-encoding'] || headers['content-length']) asked.pipe(passed)
    else passed.end()
  })
  // exec: as it is.
  server.on('upgrade', (asked, socket, head) => {
    const lines = Object.entries(headersOf(asked)).map(([name, value]) => `${name}: ${value}`)
    const behind = connect({ host: target.hostname, port: Number(target.port), ca, servername: 'localhost' }, () => {
      behind.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      behind.write(head)
      behind.pipe(socket)
      socket.pipe(behind)
    })
    behind.on('error', () => socket.destroy())
    socket.on('error', () => behind.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: users[0].user.token,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function spoiled(text: string): string {
  let value: any
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  if (Array.isArray(value.items)) value.items = withStrangers(value.items)
  for (const object of value.items ?? [value]) spoil(object)
  if (value.kind === 'Status') value.message = `${value.message} ${evil}`
  if (value.gitVersion) value.gitVersion += evil
  return JSON.stringify(value)
}

/** Beside everything that is there: the same once more under a name that repaints the screen. */
function withStrangers(items: any[]): any[] {
  const [first] = items
  if (!first?.metadata?.name) return items
  const { ownerReferences: _, ...metadata } = first.metadata
  return [
    ...items,
    { ...first, metadata: { ...metadata, name: `${metadata.name}${evil}`, uid: `${metadata.uid}-evil` } },
  ]
}

function spoil(object: any): void {
  if (!object?.metadata) return
  object.metadata.labels = { ...object.metadata.labels, [`evil${evil}`]: evil }
  object.metadata.annotations = { ...object.metadata.annotations, evil }
  for (const condition of object.status?.conditions ?? []) condition.message = evil
  for (const container of object.spec?.template?.spec?.containers ?? [])
    container.env = [...(container.env ?? []), { name: 'ADDR', value: `svc${evil}:80` }]
}
