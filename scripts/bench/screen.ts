import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openPty, type Pty } from '../../test/helpers/pty.ts'
import type { BenchLine } from '../bench.ts'
import { benchKeyToPaint } from './key-to-paint.ts'
import { dist } from './shared.ts'

const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const

/** The screen on the sandbox, as a process of its own in a terminal: quick while much happens, quiet while nothing does. */
export async function benchScreen(): Promise<BenchLine[]> {
  const lines: BenchLine[] = []
  for (const [columns, rows] of sizes) lines.push(...(await benchKeyToPaint(columns, rows, 'embedded')))
  lines.push(...(await benchKeyToPaint(120, 40, 'elsewhere')))
  lines.push(await quiet())
  const memory = await memoryOverTrack()
  if (memory) lines.push(memory)
  return lines
}

async function withScreen<Result>(
  columns: number,
  rows: number,
  args: readonly string[],
  use: (pty: Pty, home: string) => Promise<Result>,
): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'hw-bench-'))
  const pty = openPty([process.execPath, dist, '--sandbox', '--via', 'api', '--home', home, ...args], { columns, rows })
  try {
    await pty.waitFor('run next')
    return await use(pty, home)
  } finally {
    pty.kill()
    rmSync(home, { recursive: true, force: true })
  }
}

async function quiet(): Promise<BenchLine> {
  return withScreen(120, 40, ['--time-scale', '0'], async (pty) => {
    pty.type('a')
    await pty.waitFor('go to step 1', 60_000)
    await delay(1500)
    const before = pty.raw().length
    await delay(3000)
    const written = pty.raw().length - before
    return {
      name: 'bytes written in 3 s in which nothing changes',
      value: written,
      unit: 'bytes',
      budget: '0 bytes',
      withinBudget: written === 0,
    }
  })
}

/** Only where the kernel keeps the peak. */
async function memoryOverTrack(): Promise<BenchLine | null> {
  if (process.platform !== 'linux') return null
  return withScreen(120, 40, ['--time-scale', '0'], async (pty) => {
    pty.type(':run-all\r')
    await pty.waitFor('see the result', 300_000)
    for (const view of '2345') {
      pty.type(view)
      await delay(300)
    }
    const status = readFileSync(`/proc/${pty.pid()}/status`, 'utf8')
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
    return {
      name: 'peak RSS of the screen on the sandbox over the whole Calico track',
      value: peak,
      unit: 'MB',
      budget: '< 150 MB',
      withinBudget: peak < 150,
    }
  })
}
