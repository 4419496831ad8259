import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchLine } from '../bench.ts'
import { dist, median } from './shared.ts'

/** The whole Calico track, applied and proved on a new sandbox, as a process of its own. */
export async function benchTrack(): Promise<BenchLine[]> {
  const lines: BenchLine[] = []
  for (const track of ['calico', 'netpol']) {
    const times: number[] = []
    let failure = ''
    for (let round = 0; round < 3; round++) {
      const home = mkdtempSync(join(tmpdir(), 'hw-bench-'))
      const started = performance.now()
      const args = [
        dist,
        'run',
        '--track',
        track,
        '--auto',
        '--sandbox',
        '--home',
        home,
        '--via',
        'api',
        '--time-scale',
        '0',
        '-o',
        'json',
      ]
      const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
      times.push(performance.now() - started)
      if (result.status !== 0) failure = `exit ${result.status} ${result.stderr.slice(0, 300)}`
      rmSync(home, { recursive: true, force: true })
    }
    const seconds = median(times) / 1000
    lines.push({
      name: `whole ${track} track, --via api --time-scale 0`,
      value: seconds,
      unit: 's',
      budget: '< 3 s',
      withinBudget: failure === '' && seconds < 3,
      ...(failure ? { detail: failure } : {}),
    })
  }
  return lines
}
