// `explain` of outside names on a living cluster: the sandbox, with a set of networks that decides.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openPlace, type Place } from '../../src/commands/place.ts'
import { resolvedAnnotation } from '../../src/engine/probes/plan.ts'
import { runCli } from '../helpers/run-cli.ts'

const resolved = { 'google.com': ['203.0.113.10'] }
const set = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkSet',
  metadata: {
    name: 'trusted',
    labels: { trusted: 'yes' },
    annotations: { [resolvedAnnotation]: JSON.stringify(resolved) },
  },
  spec: { nets: ['203.0.113.10/32'] },
}
const policy = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  metadata: { name: 'default.out' },
  spec: {
    selector: 'all()',
    types: ['Egress'],
    egress: [
      { action: 'Allow', destination: { selector: 'trusted == "yes"' } },
      { action: 'Allow', protocol: 'UDP', destination: { ports: [53] } },
    ],
  },
}
const pod = (name: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: { containers: [{ name, image }] },
})

let home: string
let place: Place
const options = () => ['--home', home, '--via', 'api', '--time-scale', '0']
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hw-names-'))
  const io = { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin, env: {}, interactive: false }
  const context = { io, signal: new AbortController().signal, version: '0' }
  place = await openPlace({ home, calico: '3.32', timeScale: 0, via: 'api' }, context, 'write')
  const pods = [
    pod('multitool', 'wbitt/network-multitool'),
    pod('frontend', 'us-central1-docker.pkg.dev/google-samples/microservices-demo/frontend:v0.10.5'),
  ]
  for (const object of [set, policy, ...pods]) await place.cluster.create(object)
  await vi.waitFor(async () => {
    for (const { apiVersion, kind, metadata } of pods) {
      const { name, namespace } = metadata
      expect((await place.cluster.get({ apiVersion, kind, name, namespace }))?.status?.phase).toBe('Running')
    }
  }, 20_000)
}, 60_000)
afterAll(async () => {
  await place.close()
  rmSync(home, { recursive: true, force: true })
})

const ask = async (from: string, to: string) => {
  const { stdout, exitCode } = await runCli(['explain', from, to, '-o', 'json', ...options()])
  return { exitCode, ...JSON.parse(stdout) }
}

it('knows the addresses of a set that was made of names', async () => {
  const answer = await ask('default/frontend', 'google.com:443')
  expect(answer).toMatchObject({ exitCode: 0, verdict: 'allow', flow: { to: { kind: 'ip', names: ['google.com'] } } })
})

it('asks the source pod for the address of another name, or a pod that has the tool', async () => {
  for (const from of ['default/multitool', 'default/frontend']) {
    const answer = await ask(from, 'github.com:443')
    expect(answer).toMatchObject({ exitCode: 0, verdict: 'deny' })
    expect(answer.notes[0]).toMatch(/^github\.com is \d+\.\d+\.\d+\.\d+, as default\/multitool resolves it$/)
  }
})

it('cannot decide where nobody is there to ask', async () => {
  const world = join(home, 'world.yaml')
  writeFileSync(
    world,
    `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: x}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}
`,
  )
  const { stdout, exitCode } = await runCli(['explain', 'x/a', 'github.com:443', '-f', world, '-o', 'json'])
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'undecided', egress: { undecided: expect.any(String) } })
})
