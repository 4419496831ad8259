/** nc without -z: what is typed goes to the server, its answers come back. */
import type { ConnectOutcome } from '../../contracts.ts'
import { type Process, readAll } from '../process.ts'
import { answerRedis } from './redis-cli.ts'

/** Redis and plain HTTP answer; everything else in the shop speaks gRPC and stays silent to typed text. */
export async function relay(
  process: Process,
  outcome: Extract<ConnectOutcome, { kind: 'open' }>,
  port: number,
): Promise<number> {
  const { network, container, stdin, stdout } = process
  const request = await readAll(stdin)
  if (request === '') return 0
  const behind = outcome.pod === null ? undefined : network.topology.pod(outcome.pod)
  if (behind?.listens.has('TCP/6379') === true) {
    for (const line of request.split(/\r?\n/))
      if (line.trim() !== '') stdout.write(answerRedis(line.trim().split(/\s+/), 'wire'))
    return 0
  }
  const http = /^([A-Z]+) (\S+) HTTP\/1\.[01]/.exec(request)
  if (http === null) return 0
  const [, method = 'GET', path = '/'] = http
  const host = /^host:\s*(\S+)/im.exec(request)?.[1] ?? outcome.address
  const response = await network.http(container.podId, {
    method,
    scheme: 'http',
    host,
    address: outcome.address,
    port,
    path,
  })
  if (response.tookMs > 0) await process.clock.sleep(response.tookMs, process.signal)
  if (response.broken !== undefined) return 0
  stdout.write(
    `HTTP/1.1 ${response.status} ${response.reason}\r\n${response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${method === 'HEAD' ? '' : response.body}`,
  )
  return 0
}
