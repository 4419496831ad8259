import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { constants, createDeflate } from 'node:zlib'
import { PortForward } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { SPDY_DICTIONARY } from '../../../src/sandbox/streams/spdy-dictionary.ts'
import { HeaderReader } from '../../../src/sandbox/streams/spdy-headers.ts'
import { call } from '../home/call.ts'
import { kubeConfigOf, kubectl, noKubectl } from './clients.ts'

let home: string
let sandbox: Sandbox

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hw-forward-'))
  sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0 })
  await call(sandbox, 'POST', '/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  })
  await sandbox.settled!()
})
afterAll(async () => {
  await sandbox.close()
  rmSync(home, { recursive: true, force: true })
})

it('forwards a connection over channels, as client-node does', async () => {
  const output = new PassThrough()
  let text = ''
  output.on('data', (chunk) => {
    text += chunk
  })
  const input = new PassThrough()
  const socket = await new PortForward(kubeConfigOf(sandbox)).portForward(
    'default',
    'web',
    [80],
    output,
    new PassThrough(),
    input,
  )
  const closed = new Promise((resolve) =>
    (socket as { on(event: 'close', listener: (code: unknown) => void): void }).on('close', resolve),
  )
  input.write('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n')
  await closed
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Welcome to nginx!/)
})

it('reads header blocks that share one compression context', async () => {
  const deflate = createDeflate({ dictionary: SPDY_DICTIONARY })
  const pieces: Buffer[] = []
  deflate.on('data', (piece) => pieces.push(piece))
  const reader = new HeaderReader()
  for (const headers of [
    { streamtype: 'error', port: '80' },
    { streamtype: 'data', port: '80' },
    { streamtype: 'data', port: '81' },
  ]) {
    pieces.length = 0
    deflate.write(block(headers))
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    expect(Object.fromEntries(reader.read(Buffer.concat(pieces)))).toEqual(headers)
  }
})

function block(headers: Record<string, string>): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const entries = Object.entries(headers)
  const texts = entries.flat().flatMap((text) => [number(text.length), Buffer.from(text)])
  return Buffer.concat([number(entries.length), ...texts])
}

describe.skipIf(noKubectl)(`real kubectl${noKubectl ? ` (skipped: ${noKubectl})` : ''}`, () => {
  it.each([
    ['in a WebSocket', {}],
    ['over SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('forwards %s, several requests on one connection', async (_, env) => {
    const { child, port } = await forward('80', env)
    try {
      for (let i = 0; i < 3; i++) {
        const answer = await fetch(`http://127.0.0.1:${port}/`)
        expect(answer.status).toBe(200)
        expect(await answer.text()).toContain('Welcome to nginx!')
      }
      expect((await fetch(`http://127.0.0.1:${port}/missing`)).status).toBe(404)
    } finally {
      child.kill('SIGINT')
    }
  })

  it('says that nothing listens on the port', async () => {
    const { child, port } = await forward('9', {})
    let said = ''
    child.stderr!.on('data', (text) => {
      said += text
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(await ended).toBe(1)
    expect(said).toContain('connection refused')
  })

  async function forward(podPort: string, env: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(kubectl!, ['port-forward', 'pod/web', `:${podPort}`], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        KUBECONFIG: sandbox.kubeconfigPath,
        KUBECACHEDIR: join(home, 'cache'),
        KUBERC: 'off',
        ...env,
      },
    })
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        const found = /127\.0\.0\.1:(\d+)/.exec(String(text))
        if (found) resolve(Number(found[1]))
      })
      child.once('exit', (code) => reject(new Error(`kubectl ended with ${code}`)))
    })
    return { child, port }
  }
})
