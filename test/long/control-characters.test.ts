// No control character of a cluster, a file or an option reaches the terminal, in any form of output.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Sandbox } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { runCli } from '../helpers/run-cli.ts'
import { evil, hostileProxy } from './hostile-proxy.ts'

const home = mkdtempSync(join(tmpdir(), 'hw-evil-'))
const context = `lab${evil}`
let sandbox: Sandbox
let proxy: Awaited<ReturnType<typeof hostileProxy>>
beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0, withShop: true })
  proxy = await hostileProxy(sandbox)
  const kubeconfig = {
    clusters: [{ name: `c${evil}`, cluster: { server: proxy.url } }],
    users: [{ name: 'u', user: { token: proxy.token } }],
    contexts: [{ name: context, context: { cluster: `c${evil}`, user: 'u' } }],
  }
  writeFileSync(join(home, 'kubeconfig'), stringify(kubeconfig))
})
afterAll(async () => {
  await proxy?.close()
  await sandbox?.close()
  rmSync(home, { recursive: true, force: true })
})

/** What is left when the line feeds and tabs that order a text are taken away. */
function controlsIn(text: string): string[] {
  const found = text.match(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu) ?? []
  return found.filter((one) => one !== '\n' && one !== '\t')
}

async function clean(...args: string[]): Promise<string> {
  const { stdout, stderr } = await runCli(args)
  expect(controlsIn(stdout + stderr), args.join(' ')).toEqual([])
  return stdout + stderr
}

const place = (name = context) => [
  '--kubeconfig',
  join(home, 'kubeconfig'),
  '--home',
  join(home, 'home'),
  '--context',
  name,
]
/** The args under a title without what they smuggle. */
const both = (args: string[]): [string, string[]][] =>
  [args, [...args, '-o', 'json']].map((list) => [list.join(' ').replaceAll(evil, '(evil)'), list])

describe('of a hostile cluster', () => {
  it.each(
    [
      ['doctor'],
      ['status'],
      ['explain', `evil${evil}`, 'redis-cart'],
      ['matrix'],
      ['probe', `evil${evil}`, 'redis-cart', '--via', 'api'],
      ['verify', '--step', '0', '--via', 'api', '--deadline', '1'],
    ].flatMap(both),
  )('%s', async (_title, args) => {
    const said = await clean(...args, ...place())
    if (args.includes('json')) for (const line of said.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
    if (args[0] === 'doctor') expect(said).toContain('\\u001b[2J')
  })

  it.each([['board'], ['flows'], ['explain', 'cartservice', 'redis-cart'], ['reset', '--dry-run']])(
    '%s',
    async (...args) => {
      await clean(...args, ...place())
    },
  )

  it('that is not confirmed, or not there', async () => {
    const said = await clean('run', '--auto', ...place())
    expect(said).toMatch(/This changes the cluster lab\\u001b.*NOT_CONFIRMED/s)
    await clean('status', ...place(`nosuch${evil}`))
    await clean('run', '--auto', ...place(), '--confirm-context', evil)
  })

  it('whose step is carried out', async () => {
    const step = ['run', '--auto', '--step', '1', '--via', 'api', '--deadline', '1', '--confirm-context', context]
    await clean(...step, ...place())
    await clean('reset', '--yes', '--via', 'api', '--confirm-context', context, ...place())
  })
})

describe('of files', () => {
  const folder = join(home, 'export')
  beforeAll(() => {
    mkdirSync(folder)
    const metadata = (name: string) => ({ name: `${name}${evil}`, namespace: 'shop', labels: { app: evil } })
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations: { evil } } },
      { apiVersion: 'v1', kind: 'Pod', metadata: metadata('pod'), spec: { containers: [{ name: evil, image: evil }] } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata('svc'),
        spec: { selector: { app: evil }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: metadata('np'),
        spec: { podSelector: {} },
      },
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: `gnp${evil}` },
        spec: { tier: evil, selector: `app == "${evil.replaceAll('\r', '')}"`, ingress: [{ action: 'Allow' }] },
      },
      { apiVersion: 'v1', kind: evil, metadata: metadata('unknown') },
    ]
    writeFileSync(join(folder, 'all.yaml'), objects.map((object) => stringify(object)).join('---\n'))
    writeFileSync(join(home, 'broken.yaml'), `a: "${'\u001b'}[2J\nb: [\n`)
  })

  it.each(
    [
      ['board'],
      ['matrix'],
      ['matrix', '--csv'],
      ['flows'],
      ['explain', 'shop/pod', 'svc.shop'],
      ['explain', `shop/pod${evil}`, `svc${evil}.shop:80`],
    ].flatMap(both),
  )('%s', async (_title, args) => {
    await clean(...args, '-f', folder)
  })

  it('that are changes, content, or broken', async () => {
    await clean('plan', join(folder, 'all.yaml'), '-f', folder)
    await clean('board', '-f', join(home, 'broken.yaml'))
    await clean('board', '-f', join(home, `nosuch${evil}`))
    await clean('lint', join(home, 'broken.yaml'))
    await clean('lint', '--content', join(home, `nosuch${evil}`))
    await clean('run', '--auto', '--track', evil, '--home', join(home, 'home'))
    await clean(`wrong${evil}`)
    await clean('run', `--wrong${evil}`)
  })
})
