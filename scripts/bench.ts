// `npm run bench`: speed as ratios within one run; `-- --json` for programs, `-- NAME...` for some of them.
import { benchFirstFrame } from './bench/first-frame.ts'
import { benchVersion } from './bench/start.ts'
import { benchTrack } from './bench/track.ts'

export interface BenchLine {
  name: string
  /** What was measured, in the unit given. */
  value: number
  unit: string
  budget?: string
  withinBudget?: boolean
  detail?: string
}

type Bench = () => Promise<BenchLine[]>

const benches: Record<string, Bench> = {
  version: benchVersion,
  'first-frame': benchFirstFrame,
  track: benchTrack,
  policy: async () => (await import('./bench-policy.ts')).benchPolicy(),
  sandbox: async () => (await import('./bench/sandbox.ts')).benchSandbox(),
  screen: async () => (await import('./bench/screen.ts')).benchScreen(),
}

const args = process.argv.slice(2)
const json = args.includes('--json')
const chosen = args.filter((arg) => !arg.startsWith('--'))
const lines: BenchLine[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  for (const line of await bench()) {
    lines.push(line)
    if (json) continue
    const verdict = line.withinBudget === undefined ? '' : line.withinBudget ? '  within budget' : '  OVER BUDGET'
    console.log(
      `${line.name}: ${round(line.value)} ${line.unit}${line.budget ? `  (budget ${line.budget})` : ''}${verdict}${line.detail ? `  ${line.detail}` : ''}`,
    )
  }
}
if (json) console.log(JSON.stringify({ v: 1, node: process.version, lines }, null, 1))

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
