// The commands that need no cluster, on exports of a real one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../helpers/run-cli.ts'

const exports = fileURLToPath(new URL('../data/real-exports', import.meta.url))
const micro = join(exports, '6-micro.yaml')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hw-offline-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('without a cluster', () => {
  it('explains an open and a blocked flow', async () => {
    const open = await runCli(['explain', 'cartservice', 'redis-cart:6379', '-f', micro])
    expect(open.exitCode).toBe(0)
    expect(open.stdout).toContain('cartservice -> redis-cart:6379: open')
    const blocked = await runCli(['explain', 'checkoutservice', 'redis-cart:6379', '-f', micro, '-o', 'json'])
    expect(JSON.parse(blocked.stdout)).toMatchObject({ v: 1, verdict: 'deny', egress: { verdict: 'deny' } })
  })

  it('says what it cannot decide, with exit 3', async () => {
    const result = await runCli(['explain', 'nosuchpod/x', 'redis-cart:6379', '-f', micro])
    expect(result.exitCode).toBe(3)
    expect(result.stdout).toContain('cannot be decided')
  })

  it('predicts the matrix that was measured', async () => {
    const result = await runCli(['matrix', '-f', micro, '-o', 'json'])
    expect(result.exitCode).toBe(0)
    const measured = JSON.parse(readFileSync(join(exports, 'measured.json'), 'utf8'))['6-micro'] as Record<
      string,
      string
    >
    const { rows } = JSON.parse(result.stdout) as {
      rows: {
        from: { namespace: string; workload: string }
        to: { namespace: string; service: string }
        predicted: string
      }[]
    }
    const predicted = new Map(
      rows.map((row) => [
        `${row.from.workload === 'multitool' ? `multitool.${row.from.namespace}` : row.from.workload}>${row.to.service}`,
        row.predicted,
      ]),
    )
    const services = Object.entries(measured).filter(([pair]) => predicted.has(pair))
    expect(services.length).toBe(143)
    for (const [pair, actual] of services)
      expect([pair, predicted.get(pair)]).toEqual([pair, actual === 'open' ? 'open' : 'blocked'])
  })

  it('plans a change, and refuses one that Calico would refuse', async () => {
    const change = join(folder, 'change.yaml')
    writeFileSync(
      change,
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: app-hipstershop.redis-cart, namespace: hipstershop}\nspec: {tier: app-hipstershop}\n',
    )
    const result = await runCli(['plan', change, '--delete', '-f', micro, '-o', 'json'])
    expect(result.exitCode).toBe(0)
    const { opens, closes } = JSON.parse(result.stdout)
    expect([...opens, ...closes].length).toBeGreaterThan(0)
    writeFileSync(
      change,
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: x, namespace: hipstershop}\nspec: {selector: "app = x"}\n',
    )
    const refused = await runCli(['plan', change, '-f', micro])
    expect(refused.exitCode).toBe(4)
    expect(refused.stderr).toContain('failed to validate Field: Selector')
  })

  it('says that an export without policies and tiers proves nothing', async () => {
    const file = join(folder, 'all.yaml')
    writeFileSync(file, 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec: {containers: []}\n')
    const { stdout } = await runCli(['explain', 'x/a', '8.8.8.8:53', '-f', file])
    expect(stdout).toContain('note: no policy and no tier is in these files, so everything counts as allowed')
    expect((await runCli(['matrix', '-f', join(exports, '0-before.yaml')])).stdout).not.toContain(
      'no policy and no tier',
    )
  })

  it('shows the difference between two states only', async () => {
    const result = await runCli(['matrix', '-f', micro, '--only-differences', join(exports, '0-before.yaml')])
    expect(result.exitCode).toBe(0)
    expect(result.stdout).toContain('checkoutservice -> redis-cart:6379: open -> blocked')
  })

  it('shows the board and the declared flows', async () => {
    const board = await runCli(['board', '-f', micro])
    expect(board.stdout).toMatch(/tier security .*\n.*gnp:security\.pci-allowlist/)
    const flows = await runCli(['flows', '-f', micro, '-o', 'json'])
    expect(JSON.parse(flows.stdout).rows.length).toBeGreaterThanOrEqual(15)
  })
})
