/**
 * The policy engine's speed on worlds made up here. `tsx scripts/bench-policy.ts [--json]` prints it; `npm run bench` calls benchPolicy.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parse, stringify } from 'yaml'
import { loadWorldFiles } from '../src/commands/world-files.ts'
import { applyChanges } from '../src/policy/apply.ts'
import { evaluate } from '../src/policy/evaluate.ts'
import { matrixView } from '../src/policy/matrix.ts'
import type { KubeObject } from '../src/policy/model.ts'
import type { MatrixView } from '../src/policy/views.types.ts'
import { createWorld, type World } from '../src/policy/world.ts'
import {
  bigPolicy,
  bigWorld,
  clients,
  flowFrom,
  globalPolicy,
  missingRule,
  namespace,
  namespaces,
  networkSets,
  server,
} from './bench/policy-worlds.ts'
import type { BenchLine } from './bench.ts'

interface PolicyLine {
  name: string
  value: number
  unit: 'ms' | 'x' | 'MB'
  /** What the value must stay below; null for what is only told. */
  budget: number | null
}

export async function benchPolicy(): Promise<BenchLine[]> {
  return [...benchManyRules(), ...benchFewOfMany(), ...benchMatrix(), ...benchLoading()].map(toBenchLine)
}

function toBenchLine({ name, value, unit, budget }: PolicyLine): BenchLine {
  if (budget === null) return { name, value, unit }
  return { name, value, unit, budget: `${budget} ${unit}`, withinBudget: value < budget }
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const start = performance.now()
  const result = work()
  return { ms: performance.now() - start, result }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!
}

/** Median of single calls, after enough of them for the compiler. */
function medianOf(runs: number, work: (run: number) => void, warmUp = runs): number {
  for (let run = 0; run < warmUp; run++) work(run)
  return median(Array.from({ length: runs }, (_value, run) => timed(() => work(run)).ms))
}

function benchManyRules(): PolicyLine[] {
  const policies = Array.from({ length: 294 }, (_value, policy) =>
    globalPolicy(
      `p-${policy}`,
      'all()',
      Array.from({ length: 68 }, (_rule, rule) => missingRule(policy, rule)),
      policy,
    ),
  )
  const objects = [namespace, ...networkSets(60), ...policies]
  const built = timed(() => createWorld(objects, { endpoints: [server, ...clients], complete: true }))
  const first = timed(() => evaluate(built.result, flowFrom(0)))
  const [entry] = first.result.ingress.enforced
  if (first.result.verdict !== 'deny' || entry?.rule !== -1)
    throw new Error('a rule matched: the benchmark measures something else')
  const verdict = medianOf(400, (run) => void evaluate(built.result, flowFrom(run)))
  const otherPort = medianOf(400, (run) => void evaluate(built.result, { ...flowFrom(run), port: 20_000 + run }), 100)
  return [
    { name: 'verdict with trace, 19,992 rules none of which matches', value: verdict, unit: 'ms', budget: 0.36 },
    { name: 'the same, a port never asked about before (no index yet)', value: otherPort, unit: 'ms', budget: 0.36 },
    { name: 'the same, first evaluation', value: first.ms, unit: 'ms', budget: null },
    { name: 'the same, reading and indexing the objects', value: built.ms, unit: 'ms', budget: null },
  ]
}

function benchFewOfMany(): PolicyLine[] {
  const policies = Array.from({ length: 1000 }, (_value, policy) => {
    const selector = policy % 200 === 0 ? 'app == "server"' : `app == "nobody-${policy}"`
    return globalPolicy(
      `p-${policy}`,
      selector,
      Array.from({ length: 20 }, (_rule, rule) => missingRule(policy, rule)),
      policy,
    )
  })
  const world = createWorld([namespace, ...networkSets(60), ...policies], {
    endpoints: [server, ...clients],
    complete: true,
  })
  const verdict = medianOf(2000, (run) => void evaluate(world, flowFrom(run)))
  return [{ name: 'verdict among 20,000 rules of which few select', value: verdict, unit: 'ms', budget: 0.05 }]
}

function fullMatrix(pods: number): { ms: number; world: World; view: MatrixView } {
  const { objects, endpoints } = bigWorld(pods)
  // Nobody pays for what the one before left behind.
  collectGarbage()
  const made = timed(() => {
    const world = createWorld(objects, { endpoints, complete: true })
    return { world, view: matrixView(world) }
  })
  return { ms: made.ms, ...made.result }
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

function usedMegabytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}

function benchMatrix(): PolicyLine[] {
  const before = usedMegabytes()
  const { world, view } = fullMatrix(1000)
  const memory = usedMegabytes() - before
  const cells = view.rows.length
  // In turns, each pair on its own, so that a busy moment of the machine meets both or counts for little.
  const rounds = Array.from({ length: 15 }, () => {
    const [single, double] = [fullMatrix(1000).ms, fullMatrix(2000).ms]
    return { single, ratio: double / single }
  })
  const single = median(rounds.map((round) => round.single))
  const name = (index: number) => `ns-${index % namespaces}`
  let current = world
  const change = (index: number) =>
    medianOf(
      20,
      (run) => {
        current = applyChanges(current, { put: [bigPolicy(index, name, 8080 + (run % 2))] })
        matrixView(current)
      },
      4,
    )
  return [
    {
      name: `full matrix, 1,000 pods x 1,000 policies (${cells} cells), objects to rows`,
      value: single,
      unit: 'ms',
      budget: 1000,
    },
    {
      name: 'twice the pods with the same label sets',
      value: median(rounds.map(({ ratio }) => ratio)),
      unit: 'x',
      budget: 1.2,
    },
    { name: 'matrix after a change of one namespaced policy', value: change(11), unit: 'ms', budget: 50 },
    { name: 'matrix after a change of one global policy', value: change(10), unit: 'ms', budget: 50 },
    { name: 'memory of that world and its matrix', value: memory, unit: 'MB', budget: 300 },
  ]
}

/** An export of about 5 MB: the real one, its pods many times under other names. */
function bigExport(): string {
  const path = new URL('../test/data/real-exports/7-dns-nets-60.yaml', import.meta.url)
  const { items } = parse(readFileSync(path, 'utf8')) as { items: KubeObject[] }
  const copies = Array.from({ length: 20 }, (_value, copy) =>
    items.map((item) =>
      copy === 0 ? item : { ...item, metadata: { ...item.metadata, name: `${item.metadata.name}-${copy}` } },
    ),
  )
  return stringify({ apiVersion: 'v1', kind: 'List', items: copies.flat() }, { aliasDuplicateObjects: false })
}

function benchLoading(): PolicyLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-policy-'))
  try {
    const text = bigExport()
    const file = join(folder, 'export.yaml')
    writeFileSync(file, text)
    const rounds = Array.from({ length: 3 }, () => ({
      plain: timed(() => parse(readFileSync(file, 'utf8'))).ms,
      loaded: timed(() => createWorld(loadWorldFiles([file]).objects)).ms,
    }))
    const plain = median(rounds.map((round) => round.plain))
    const loaded = median(rounds.map((round) => round.loaded))
    const size = `${(text.length / 2 ** 20).toFixed(1)} MB`
    return [
      {
        name: `loading an export of ${size} into a world, against parsing its YAML`,
        value: loaded / plain,
        unit: 'x',
        budget: 2.5,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (process.argv[1]?.endsWith('bench-policy.ts')) {
  const lines = await benchPolicy()
  if (process.argv.includes('--json')) console.log(JSON.stringify(lines))
  else
    for (const { name, value, unit, budget } of lines)
      console.log(`${value.toFixed(3).padStart(10)} ${unit.padEnd(2)} ${name}${budget ? ` (budget ${budget})` : ''}`)
}
