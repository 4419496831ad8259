// doctor as an attendee runs it, in every kind of sandbox; and one answer for several clusters at once.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { runProgram } from '../../src/commands/program.ts'
import type { Sandbox } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'

const home = mkdtempSync(join(tmpdir(), 'hw-doctor-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        text[name] += chunk
        done()
      },
    })
  const io = {
    stdin: process.stdin,
    stdout: into('stdout'),
    stderr: into('stderr'),
    env: process.env,
    interactive: false,
  }
  const code = await runProgram(args, '0.0.0', io)
  return { code, ...text }
}

describe('doctor in every sandbox', () => {
  it.each([
    ['3.29', { CALICO_STAGED: 'warn', CALICO_API: 'ok' }],
    ['3.30', { CALICO_STAGED: 'ok' }],
    ['3.32', { CALICO_STAGED: 'ok', CALICO_APISERVER: 'ok' }],
    ['native', { CALICO_API: 'ok', CALICO_APISERVER: 'skip' }],
    ['enterprise', { CALICO_DOMAINS: 'ok', CALICO_EDITION: 'ok' }],
    ['none', { CALICO_API: 'fail', CALICO_DATAPLANE: 'fail' }],
  ])('%s', async (calico, wanted) => {
    const place = ['--home', join(home, calico), '--calico', calico]
    const { code, stdout } = await run(['doctor', '-o', 'json', ...place])
    const { ok, checks } = JSON.parse(stdout)
    const results = Object.fromEntries(checks.map((check: any) => [check.code, check.result]))
    expect(results).toMatchObject(wanted)
    expect([ok, code]).toEqual(calico === 'none' ? [false, 5] : [true, 0])
    // Step 7 depends on it: names in policies where the edition has them, their addresses elsewhere.
    const domains = checks.find((check: any) => check.code === 'CALICO_DOMAINS')
    if (calico === 'enterprise') expect(domains.reason).toContain('is accepted')
    else expect(domains.reason).not.toContain('is accepted')
    for (const check of checks.filter((one: any) => ['warn', 'fail'].includes(one.result)))
      expect(check.next, check.code).toMatch(/\w/)
  })

  it('asks only for what the track needs', async () => {
    const { code, stdout } = await run([
      'doctor',
      '--track',
      'netpol',
      '--home',
      join(home, 'none'),
      '--calico',
      'none',
    ])
    expect(stdout).not.toContain('FAIL')
    expect(code).toBe(0)
  })
})

describe('several clusters', () => {
  let sandbox: Sandbox
  let another: Sandbox
  const file = join(home, 'two.kubeconfig')
  beforeAll(async () => {
    sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0 })
    const kubeconfig = parse(sandbox.kubeconfig)
    const context = kubeconfig.contexts[0].context
    another = await createSandbox({ home: null, calico: '3.32', timeScale: 0, withShop: true })
    const { clusters, users } = parse(another.kubeconfig)
    kubeconfig.clusters.push({ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } })
    kubeconfig.clusters.push({ ...clusters[0], name: 'another' })
    kubeconfig.users.push({ ...users[0], name: 'another' })
    kubeconfig.contexts = [
      { name: 'lab-1', context },
      { name: 'lab-2', context: { ...context, cluster: 'gone' } },
      { name: 'lab-3', context: { ...context, cluster: 'another', user: 'another' } },
    ]
    writeFileSync(file, stringify(kubeconfig))
  })
  afterAll(async () => {
    await sandbox?.close()
    await another?.close()
  })
  const all = ['lab-1', 'lab-2', 'lab-3'].flatMap((name) => ['--context', name])
  const rest = () => ['--kubeconfig', file, '--home', join(home, 'several')]

  it('status reports on each, also past one that does not answer', async () => {
    const { code, stdout } = await run(['status', '-o', 'json', ...all, ...rest()])
    const { ok, clusters } = JSON.parse(stdout)
    expect([ok, code]).toEqual([false, 5])
    expect(clusters).toMatchObject([
      { context: 'lab-1', exitCode: 0, track: 'calico', step: null, findings: [] },
      { context: 'lab-2', exitCode: 5, error: { code: 'CLUSTER_UNREACHABLE' } },
      { context: 'lab-3', exitCode: 0, ok: true, step: 0 },
    ])
    const text = await run(['status', ...all, ...rest()])
    expect(text.stdout).toMatch(
      /== lab-1\nlab-1: [\s\S]*== lab-2\n== lab-3\n[\s\S]*ok {3}lab-1\nFAIL lab-2\nok {3}lab-3\n$/,
    )
    expect(text.stderr).toContain('[CLUSTER_UNREACHABLE]')
  })

  it('verify proves each as it stands; reset --dry-run plans for each; the gravest exit code counts', async () => {
    const step = ['--step', '0', '--deadline', '1', '--via', 'api']
    const verified = await run(['verify', ...step, '-o', 'json', ...all, ...rest()])
    expect(verified.code).toBe(5)
    const { clusters } = JSON.parse(verified.stdout)
    expect(clusters.map((one: any) => [one.context, one.exitCode])).toEqual([
      ['lab-1', 3],
      ['lab-2', 5],
      ['lab-3', 0],
    ])
    const probes = clusters.map(({ events = [] }: any) => events.filter((one: any) => one.type === 'probe-settled'))
    expect(probes[1]).toEqual([])
    expect(probes[0].filter((one: any) => one.ok)).toEqual([])
    expect(probes[2].filter((one: any) => one.ok && one.actual === 'open').length).toBeGreaterThan(50)
    const planned = await run(['reset', '--dry-run', '-o', 'json', ...all, ...rest()])
    expect(JSON.parse(planned.stdout).clusters).toMatchObject([
      { context: 'lab-1', lines: [] },
      { context: 'lab-2', error: { code: 'CLUSTER_UNREACHABLE' } },
      { context: 'lab-3', to: null },
    ])
  })

  it('--watch looks at one', async () => {
    const { code, stderr } = await run(['status', '--watch', ...all, ...rest()])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--watch looks at one cluster')])
  })

  it('one context prints the plain object', async () => {
    const { stdout } = await run(['status', '-o', 'json', '--context', 'lab-1', ...rest()])
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, track: 'calico', context: 'lab-1' })
    expect(JSON.parse(stdout).clusters).toBeUndefined()
  })

  it('reset changes only those whose names were confirmed', async () => {
    const names = ['--context', 'lab-1', '--context', 'lab-3', '--confirm-context', 'lab-1']
    const { code, stdout } = await run(['reset', '--yes', '-o', 'json', ...names, ...rest()])
    expect(code).toBe(2)
    expect(JSON.parse(stdout).clusters).toMatchObject([
      { context: 'lab-1', exitCode: 0 },
      { context: 'lab-3', exitCode: 2, error: { code: 'NOT_CONFIRMED' } },
    ])
  })
})

it('a server that is no Kubernetes, or refuses everything, is not ready', async () => {
  const forbidden = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'no' })
  for (const [code, body] of [
    [200, '<html>Please log in</html>'],
    [403, forbidden],
  ] as const) {
    const server = createServer((_request, response) => response.writeHead(code).end(body)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const kubeconfig = join(home, 'other-server')
    const context = { name: 'x', context: { cluster: 'x', user: 'x' } }
    const parts = { clusters: [{ name: 'x', cluster: { server: url } }], users: [{ name: 'x', user: { token: 't' } }] }
    writeFileSync(kubeconfig, stringify({ ...parts, contexts: [context] }))
    const { code: ended, stdout } = await run(['doctor', '--context', 'x', '--kubeconfig', kubeconfig, '-o', 'json'])
    const { ok, checks } = JSON.parse(stdout)
    const reachable = checks.find((check: any) => check.code === 'CLUSTER_REACHABLE')
    expect([ok, ended, reachable.result]).toEqual([false, 5, 'fail'])
    server.closeAllConnections()
    server.close()
  }
})
