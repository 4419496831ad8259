import { spawnSync } from 'node:child_process'
import type { BenchLine } from '../bench.ts'
import { dist, median } from './shared.ts'

function timed(args: string[]): number {
  const started = performance.now()
  const result = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (result.status !== 0) throw new Error(`node ${args.join(' ')} failed`)
  return performance.now() - started
}

/** `--version` against bare node, run in turns so that both see the same machine. */
export async function benchVersion(): Promise<BenchLine[]> {
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < 15; round++) {
    bare.push(timed(['-e', '0']))
    ours.push(timed([dist, '--version']))
  }
  const ratio = median(ours) / median(bare)
  return [
    {
      name: '--version / bare node',
      value: ratio,
      unit: 'x',
      budget: '<= 1.3 x',
      withinBudget: ratio <= 1.3,
      detail: `${median(ours).toFixed(0)} ms against ${median(bare).toFixed(0)} ms`,
    },
  ]
}
