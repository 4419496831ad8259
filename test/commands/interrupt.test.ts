// Ctrl-C ends the program wherever it is: also while a cluster, a credential plugin or kubectl says nothing at all.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hw-interrupt-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const servers: (Server | TcpServer)[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  }
})

async function listening<S extends Server | TcpServer>(server: S): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function kubeconfig(server: string, user: object): string {
  const file = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** A program that notes its process number and then says nothing, as does what it started. */
function silentProgram(name: string): { path: string; started: string } {
  const [path, started] = [join(folder, name), join(folder, `${name}.pid`)]
  rmSync(started, { force: true })
  writeFileSync(path, `#!/bin/sh\necho $$ > '${started}.new' && mv '${started}.new' '${started}'\nsleep 60 &\nwait\n`)
  chmodSync(path, 0o755)
  return { path, started }
}

function appears(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => look())
    const look = () => {
      if (!existsSync(file)) return
      watcher.close()
      resolve()
    }
    look()
  })
}

interface Ended {
  code: number | null
  error: unknown
}

/** Interrupts the program once `reached`; a test that waits longer than its time-out is one that did not end. */
async function interrupted(args: string[], reached: Promise<void> | 'reading', env: object = {}): Promise<Ended> {
  const line = ['--import', 'tsx', join(root, 'src/cli.ts'), ...args, '--home', join(folder, 'home'), '-o', 'json']
  const child = spawn(process.execPath, line, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  // More than the pipe holds: when it has gone, somebody reads.
  if (reached === 'reading') await new Promise((resolve) => child.stdin.write(`#${'-'.repeat(1 << 20)}\n`, resolve))
  else await reached
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const code = await ended
  clearTimeout(timer)
  return { code, error: stderr === '' ? null : JSON.parse(stderr) }
}

const asIs = { code: 130, error: { code: 'INTERRUPTED' } }

describe.skipIf(process.platform === 'win32')('Ctrl-C ends the program', () => {
  it.each(['status', 'doctor'])(
    '%s, while an address takes the connection and says nothing',
    async (command) => {
      let connected = () => {}
      const reached = new Promise<void>((resolve) => {
        connected = resolve
      })
      const port = await listening(createTcpServer((socket) => socket.on('error', () => {}) && connected()))
      const config = kubeconfig(`https://127.0.0.1:${port}`, { token: 't' })
      const args = [command, '--context', 'x', '--kubeconfig', config, '--via', 'api']
      expect(await interrupted(args, reached)).toMatchObject(asIs)
    },
    60_000,
  )

  it('while a server that said its version says nothing more', async () => {
    let asked = () => {}
    const reached = new Promise<void>((resolve) => {
      asked = resolve
    })
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/version')) response.end('{"gitVersion":"v1.34.0"}')
      else asked()
    })
    const config = kubeconfig(`http://127.0.0.1:${await listening(server)}`, { token: 't' })
    expect(await interrupted(['status', '--context', 'x', '--kubeconfig', config], reached)).toMatchObject(asIs)
  }, 60_000)

  it('while a credential plugin waits, and ends the plugin', async () => {
    const { path, started } = silentProgram('plugin')
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: path, interactiveMode: 'Never' }
    const config = kubeconfig('http://127.0.0.1:1', { exec })
    expect(await interrupted(['status', '--context', 'x', '--kubeconfig', config], appears(started))).toMatchObject(
      asIs,
    )
    await isGone(Number(readFileSync(started, 'utf8')))
  }, 60_000)

  it('while kubectl works and takes no notice, and ends it', async () => {
    const { path, started } = silentProgram('deaf')
    const version = `[ "$1" = version ] && echo '{"clientVersion":{"gitVersion":"v1.34.0"}}' && exit`
    writeFileSync(path, readFileSync(path, 'utf8').replace('\n', `\ntrap '' INT\n${version}\n`))
    const args = ['run', '--auto', '--step', '0', '--via', 'kubectl']
    const { code } = await interrupted(args, appears(started), { HW_KUBECTL: path })
    expect(code).toBe(130)
    await isGone(Number(readFileSync(started, 'utf8')))
  }, 60_000)

  it('while it reads what is typed or sent', async () => {
    expect(await interrupted(['matrix', '-f', '-'], 'reading')).toMatchObject(asIs)
  }, 60_000)

  it('while kubectl does not say its version', async () => {
    const { path, started } = silentProgram('kubectl')
    expect(await interrupted(['status', '--via', 'kubectl'], appears(started), { HW_KUBECTL: path })).toMatchObject(
      asIs,
    )
    expect(existsSync(join(folder, 'home', 'sandbox-3.32', 'server.lock'))).toBe(false)
  }, 60_000)
})

/** It was told to end before the program ended; that it has takes a moment. */
async function isGone(pid: number): Promise<void> {
  while (isRunning(pid)) await delay(20)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // One that has ended and that nobody has asked about yet still has its number.
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}
