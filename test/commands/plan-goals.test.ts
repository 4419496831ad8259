// `plan` of a file a step asks for, on a sandbox with the shop: what the step wants, and what it would get.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../helpers/run-cli.ts'

const policy = (callers: readonly string[], port = 3550) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: whatever, namespace: hipstershop}
spec:
  podSelector: {matchLabels: {app: productcatalogservice}}
  ingress:
    - from: [${callers.map((app) => `{podSelector: {matchLabels: {app: ${app}}}}`).join(', ')}]
      ports: [{port: ${port}, protocol: TCP}]
`

let home: string
const file = () => join(home, 'workshop', 'my-policies.yaml')
const options = () => ['--home', home, '--via', 'api', '--time-scale', '0']
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hw-goals-'))
  mkdirSync(join(home, 'workshop'))
  const { exitCode, stdout } = await runCli(['goto', '0', '--track', 'netpol', ...options()])
  expect(exitCode, stdout).toBe(0)
}, 60_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function goals(args: string[] = []): Promise<any[]> {
  const { stdout, stderr } = await runCli(['plan', 'my-policies.yaml', '-o', 'json', ...args, ...options()])
  expect(stderr).toBe('')
  return JSON.parse(stdout).goals
}

describe('plan of a file that a step asks to be written', () => {
  it('finds it in the working folder and says what its step wants, stage by stage', async () => {
    writeFileSync(file(), policy(['frontend', 'checkoutservice']))
    const all = await goals()
    expect(all.map(({ track, step }) => `${track} ${step}`)).toEqual(Array(10).fill('netpol 5'))
    const [{ forecast }] = all
    expect(forecast).toMatchObject({ right: 5, total: 6 })
    expect(forecast.wrong).toEqual([
      expect.objectContaining({
        from: 'recommendationservice',
        to: 'productcatalogservice',
        expected: 'open',
        predicted: 'blocked',
      }),
    ])
    expect(forecast.flows).toHaveLength(6)
    const { stdout } = await runCli(['plan', 'my-policies.yaml', ...options()])
    expect(stdout).toContain('  5a The catalog: not yet, 5 of 6\n')
    expect(stdout).toContain(
      '    should be open to productcatalogservice:3550: from recommendationservice (now end of tier default)\n',
    )
  })

  it('is satisfied however the policies are called and written', async () => {
    writeFileSync(file(), policy(['frontend', 'checkoutservice', 'recommendationservice']))
    const [{ forecast }] = await goals()
    expect(forecast).toMatchObject({ right: 6, total: 6, wrong: [] })
  })

  it('compares any file with the step that is named, and says which steps there are', async () => {
    expect((await goals(['--track', 'netpol', '--step', '5']))[0]).toMatchObject({ stage: '5a' })
    const { exitCode, stderr } = await runCli([
      'plan',
      'my-policies.yaml',
      '--track',
      'netpol',
      '--step',
      '2',
      ...options(),
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Steps that have: 5.')
  })

  it('has no step to compare with where the world comes from files', async () => {
    const world = join(home, 'world.yaml')
    writeFileSync(world, 'apiVersion: v1\nkind: Namespace\nmetadata: {name: hipstershop}\n')
    const { stdout } = await runCli(['plan', file(), '-f', world, '-o', 'json'])
    expect(JSON.parse(stdout).goals).toBeUndefined()
    expect((await runCli(['plan', file(), '-f', world, '--step', '5'])).exitCode).toBe(2)
  })
})
