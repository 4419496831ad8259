import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { evaluate } from '../../src/policy/evaluate.ts'
import { endpointsOfWorkload } from '../../src/policy/find.ts'
import type { Flow, KubeObject, Peer } from '../../src/policy/model.ts'
import { resolveService } from '../../src/policy/service.ts'
import { createWorld, type World } from '../../src/policy/world.ts'

const folder = new URL('../data/real-exports/', import.meta.url).pathname
const measured: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(folder, 'measured.json'), 'utf8'))
const outside: Record<string, string> = {
  'google.com': '203.0.113.10',
  'www.google.com': '203.0.113.11',
  'tigera.io': '203.0.113.12',
  'github.com': '203.0.113.14',
}

function loadWorld(state: string): World {
  const { items } = parse(readFileSync(join(folder, `${state}.yaml`), 'utf8')) as { items: KubeObject[] }
  return createWorld(items)
}

function predict(world: World, source: string, target: string): string {
  const [endpoint] = endpointsOfWorkload(world, source)
  const from: Peer = { kind: 'endpoint', id: endpoint!.id }
  const verdicts = flowsTo(world, target).map((flow) => evaluate(world, { from, ...flow }).verdict)
  const [verdict] = verdicts
  if (verdicts.some((other) => other !== verdict)) return 'mixed'
  return verdict === 'allow' ? 'open' : verdict === 'deny' ? 'timed-out' : String(verdict)
}

function flowsTo(world: World, target: string): Omit<Flow, 'from'>[] {
  const ip = outside[target]
  if (ip) return [{ to: { kind: 'ip', ip, names: [target] }, protocol: 'TCP', port: 80 }]
  const isDns = target.startsWith('dns-')
  const found = isDns
    ? resolveService(world, 'kube-system', 'kube-dns', 53, target.slice(4).toUpperCase())
    : resolveService(world, 'hipstershop', target)
  if (found.kind === 'missing') throw new Error(found.why)
  return found.backends.map(({ endpoint, podPort }) => ({
    to: { kind: 'endpoint', id: endpoint!.id },
    protocol: found.protocol,
    port: podPort,
  }))
}

describe('exports of a real cluster', () => {
  const states = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  expect(states.length).toBeGreaterThan(0)
  it.each(states.map((file) => file.replace('.yaml', '')))('%s: predicts what real connections did', (state) => {
    const world = loadWorld(state)
    const predicted = Object.fromEntries(
      Object.keys(measured[state]!).map((pair) => {
        const [source, target] = pair.split('>')
        return [pair, predict(world, source!, target!)]
      }),
    )
    expect(predicted).toEqual(measured[state])
  })
})
