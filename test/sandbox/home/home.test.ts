import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { createSandbox, resetSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { connect } from '../streams/frames.ts'
import { call } from './call.ts'

let home: string
const open: Sandbox[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hw-home-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
  rmSync(home, { recursive: true, force: true })
})

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0, ...options })
  open.push(sandbox)
  return sandbox
}

const file = (name: string) => join(home, 'sandbox-3.32', name)
const makeNamespace = (sandbox: Sandbox, name: string) =>
  call(sandbox, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const getNamespace = (sandbox: Sandbox, name: string) => call(sandbox, 'GET', `/api/v1/namespaces/${name}`)

describe('the home folder', () => {
  it('keeps secrets from other users', async () => {
    await start()
    for (const name of ['kubeconfig', 'token', 'tls.key', 'state.json', 'server.json']) {
      expect([name, (statSync(file(name)).mode & 0o777).toString(8)]).toEqual([name, '600'])
    }
    expect((statSync(join(home, 'sandbox-3.32')).mode & 0o777).toString(8)).toBe('700')
  })

  it('gives everything back after a restart: objects, port, token, certificate', async () => {
    const first = await start()
    await makeNamespace(first, 'kept')
    const pods = await call(first, 'GET', '/api/v1/pods')
    await first.close()
    expect(existsSync(file('server.json'))).toBe(false)
    const second = await start()
    expect(second.kubeconfig).toBe(first.kubeconfig)
    expect((await getNamespace(second, 'kept')).status).toBe(200)
    const again = await call(second, 'GET', '/api/v1/pods')
    expect(again.body.items).toEqual(pods.body.items)
  })

  it('keeps each Calico apart', async () => {
    const one = await start()
    await makeNamespace(one, 'here')
    const other = await start({ calico: 'none' })
    expect((await getNamespace(other, 'here')).status).toBe(404)
    expect(readdirSync(home).sort()).toEqual(['sandbox-3.32', 'sandbox-none'])
  })

  it('loses nothing when the process is killed, not even the change before', async () => {
    const sandbox = await start()
    await makeNamespace(sandbox, 'last')
    // What a killed process leaves: files as they are now, with half a line at the end.
    const left = ['state.json', 'journal.ndjson'].map((name) => [name, readFileSync(file(name), 'utf8')] as const)
    await sandbox.close()
    for (const [name, text] of left) writeFileSync(file(name), text)
    appendFileSync(file('journal.ndjson'), '[99999,"+","namespaces",{"kind":"Name')
    const notices: string[] = []
    const again = await start({ onNotice: (message) => notices.push(message) })
    expect((await getNamespace(again, 'last')).status).toBe(200)
    expect(notices).toEqual([])
  })

  it.each([
    ['not JSON', '{"v":1,"obj'],
    ['another program’s', '{"hello":"world"}'],
    ['an object without identity', '{"v":1,"revision":5,"objects":{"pods":[{"kind":"Pod"}]}}'],
    [
      'half a pod',
      '{"v":1,"revision":5,"objects":{"pods":[{"kind":"Pod","metadata":{"name":"a","uid":"b"},"spec":{}}]}}',
    ],
  ])('sets a damaged state aside (%s), says so and starts afresh', async (_, damage) => {
    await (await start()).close()
    writeFileSync(file('state.json'), damage)
    const notices: string[] = []
    const sandbox = await start({ onNotice: (message) => notices.push(message) })
    expect((await getNamespace(sandbox, 'kube-system')).status).toBe(200)
    expect(notices).toHaveLength(1)
    const kept = readdirSync(join(home, 'sandbox-3.32')).filter((name) => name.startsWith('state.json.damaged-'))
    expect(kept).toHaveLength(1)
    expect(notices[0]).toContain(kept[0])
    expect(readFileSync(file(kept[0]!), 'utf8')).toBe(damage)
  })

  it('goes on with what came before a damaged line of the journal, keeps the rest and says so', async () => {
    const sandbox = await start()
    await makeNamespace(sandbox, 'before')
    const [state, journal] = ['state.json', 'journal.ndjson'].map((name) => readFileSync(file(name), 'utf8'))
    await makeNamespace(sandbox, 'after')
    const rest = readFileSync(file('journal.ndjson'), 'utf8').slice(journal!.length)
    await sandbox.close()
    writeFileSync(file('state.json'), state!)
    writeFileSync(file('journal.ndjson'), `${journal}[12,"+","names\n${rest}`)
    const notices: string[] = []
    const again = await start({ onNotice: (message) => notices.push(message) })
    expect((await getNamespace(again, 'before')).status).toBe(200)
    expect((await getNamespace(again, 'after')).status).toBe(404)
    const [kept] = readdirSync(join(home, 'sandbox-3.32')).filter((name) => name.startsWith('journal.ndjson.damaged-'))
    expect(notices).toEqual([expect.stringContaining(kept!)])
    expect(readFileSync(file(kept!), 'utf8')).toContain(rest)
  })

  it.each([
    ['is a file', (folder: string) => writeFileSync(folder, '')],
    ['has a state that cannot be read', (folder: string) => mkdirSync(join(folder, 'state.json'), { recursive: true })],
    [
      'has a kubeconfig that cannot be written',
      (folder: string) => mkdirSync(join(folder, 'kubeconfig/x'), { recursive: true }),
    ],
  ])('that %s is refused with the folder and the cause, and nothing stays behind', async (_, spoil) => {
    spoil(join(home, 'sandbox-3.32'))
    await expect(start()).rejects.toMatchObject({ code: 'SANDBOX_HOME_UNUSABLE', exitCode: 5 })
    expect(existsSync(file('server.lock'))).toBe(false)
    rmSync(join(home, 'sandbox-3.32'), { recursive: true })
    expect((await getNamespace(await start(), 'default')).status).toBe(200)
  })

  it('refuses a state of a newer release without touching it', async () => {
    await (await start()).close()
    writeFileSync(file('state.json'), '{"v":99}')
    await expect(start()).rejects.toMatchObject({ code: 'SANDBOX_STATE_TOO_NEW', exitCode: 5 })
    expect(readFileSync(file('state.json'), 'utf8')).toBe('{"v":99}')
    expect(existsSync(file('server.lock'))).toBe(false)
  })

  it('is forgotten by a reset, unless somebody serves it', async () => {
    const sandbox = await start()
    await makeNamespace(sandbox, 'gone')
    expect(() => resetSandbox(home, '3.32')).toThrow(expect.objectContaining({ code: 'SANDBOX_IN_USE' }))
    await sandbox.close()
    resetSandbox(home, '3.32')
    const fresh = await start()
    expect(fresh.url).toBe(sandbox.url)
    expect((await getNamespace(fresh, 'gone')).status).toBe(404)
  })

  it('that is no folder is told by a reset as by a start', async () => {
    const wrong = join(home, 'wrong')
    writeFileSync(wrong, '')
    const told = { code: 'SANDBOX_HOME_UNUSABLE', exitCode: 5 }
    expect(() => resetSandbox(wrong, '3.32')).toThrow(expect.objectContaining(told))
    await expect(createSandbox({ home: wrong, calico: '3.32', timeScale: 0 })).rejects.toMatchObject(told)
  })

  it('makes a new certificate when the kept one does not fit its key', async () => {
    await (await start()).close()
    const before = readFileSync(file('tls.crt'), 'utf8')
    writeFileSync(file('tls.key'), '-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n')
    const sandbox = await start()
    expect(readFileSync(file('tls.crt'), 'utf8')).not.toBe(before)
    expect((await getNamespace(sandbox, 'default')).status).toBe(200)
  })
})

async function serveElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, 'serve.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, home], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve) => child.stdout!.once('data', (text) => resolve(String(text).trim())))
  return { child, url }
}

describe('one server per home', () => {
  it('a second start attaches to the first', async () => {
    const first = await start()
    const second = await start()
    expect([first.owned, second.owned]).toEqual([true, false])
    expect(second.kubeconfig).toBe(first.kubeconfig)
    await second.close()
    expect((await getNamespace(first, 'default')).status).toBe(200)
  })

  it('two starts at the same time make one server', async () => {
    const both = await Promise.all([start(), start(), start()])
    expect(both.map(({ owned }) => owned).sort()).toEqual([false, false, true])
    expect(new Set(both.map(({ url }) => url)).size).toBe(1)
  })

  it('another process attaches, and takes over once the first was killed', async () => {
    const { child, url } = await serveElsewhere()
    const attached = await start()
    expect(attached.owned).toBe(false)
    expect(attached.url).toBe(url)
    await makeNamespace(attached, 'survives')
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect(existsSync(file('server.lock'))).toBe(true)
    const successor = await start()
    expect(successor.owned).toBe(true)
    expect(successor.url).toBe(url)
    expect((await getNamespace(successor, 'survives')).status).toBe(200)
  })

  it('says so when the one that serves is stopped, and takes nothing from it', async () => {
    const { child } = await serveElsewhere()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    try {
      child.kill('SIGSTOP')
      const lock = readFileSync(file('server.lock'), 'utf8')
      await expect(start()).rejects.toMatchObject({ code: 'SANDBOX_SILENT', exitCode: 5 })
      expect(readFileSync(file('server.lock'), 'utf8')).toBe(lock)
      child.kill('SIGCONT')
      expect((await start()).owned).toBe(false)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  }, 30_000)

  it('leaves nothing that keeps its process alive once it is closed, clients or not', async () => {
    const { child } = await serveElsewhere()
    const attached = await start()
    const watch = connect(attached, '/api/v1/namespaces?watch=true', [])
    const exec = connect(attached, '/api/v1/namespaces/kube-system/pods/nope/exec?command=x&stdout=true', [])
    for (const socket of [watch, exec]) socket.on('error', () => undefined)
    await getNamespace(attached, 'default')
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(readdirSync(join(home, 'sandbox-3.32')).filter((name) => name.startsWith('server'))).toEqual([])
  })

  it('takes over a lock whose process number belongs to something else by now', async () => {
    await (await start()).close()
    writeFileSync(file('server.lock'), `${process.ppid} 0123456789ab\n`)
    const port = Number(readFileSync(file('port'), 'utf8'))
    writeFileSync(file('server.json'), JSON.stringify({ pid: process.ppid, port, startedAt: '' }))
    const sandbox = await start()
    expect(sandbox.owned).toBe(true)
  }, 15_000)
})

describe('the port', () => {
  it('that is taken is an error when it was asked for, and replaced when it was only kept', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as { port: number }
    try {
      await expect(start({ port })).rejects.toMatchObject({ code: 'SANDBOX_PORT_IN_USE', exitCode: 5 })
      await (await start()).close()
      writeFileSync(file('port'), `${port}\n`)
      const sandbox = await start()
      expect(sandbox.url).not.toContain(`:${port}`)
      expect((await getNamespace(sandbox, 'default')).status).toBe(200)
    } finally {
      blocker.close()
    }
  })
})
