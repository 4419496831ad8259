import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parse } from 'yaml'
import { openPty, type Pty } from '../../test/helpers/pty.ts'
import type { BenchLine } from '../bench.ts'
import { dist, root } from './shared.ts'

const eventsPerSecond = 100
const turns = 40

/** What inside.mjs wrote about one measurement. */
interface Inside {
  records: [at: number, kind: 'read' | 'written', data: string][]
  loop: { p50: number; p95: number; max: number }
  cpuMs: number
  ms: number
}

interface Press {
  word: string
  typed: number
  seen: number
}

/**
 * Proofs run all the time and a pod changes a hundred times a second; keys go to the command line meanwhile. Where the time
 * goes is told with it: until the program read the key, until it wrote the answer, until the emulator had drawn it;
 * and how long a bare program takes to echo a key in the same minute.
 */
export async function benchKeyToPaint(
  columns: number,
  rows: number,
  where: 'embedded' | 'elsewhere',
): Promise<BenchLine[]> {
  const home = mkdtempSync(join(tmpdir(), 'hw-bench-'))
  const cluster = where === 'elsewhere' ? await startSandbox(home) : null
  const notes = join(home, 'inside.json')
  const program = [process.execPath, '--import', join(root, 'scripts/bench/inside.mjs'), ...profiling(), dist]
  const pty = openPty([...program, '--sandbox', '--via', 'api', '--home', home, '--time-scale', '1'], {
    columns,
    rows,
    env: { HW_BENCH_NOTES: notes },
  })
  const echo = openPty([process.execPath, '-e', echoProgram], { columns, rows })
  try {
    await pty.waitFor('run next')
    pty.type('a')
    await pty.waitFor('go to step 1', 60_000)
    await echo.waitFor('ready')
    const changes = await changePods(home)
    const presses: Press[] = []
    const echoes: number[] = []
    let probing = 0
    process.kill(pty.pid(), 'SIGUSR2')
    for (let turn = 0; turn < turns; turn += 1) {
      // A round ends within a second or two; another one begins at once.
      if (!pty.text().includes('esc cancel')) {
        pty.type('p')
        await pty.waitFor('esc cancel', 150).catch(() => {})
      }
      if (pty.text().includes('esc cancel')) probing += 1
      // A key nobody else could have painted the answer of: it stands in the command line.
      pty.type(':')
      await pty.waitFor(/\n :▏/)
      const word = `x${String(turn).padStart(3, '0')}`
      presses.push({ word, ...(await timed(pty, word, `:${word}`)) })
      const { typed, seen } = await timed(echo, word, word)
      echoes.push(seen - typed)
      echo.type('\r')
      pty.type('\u001b')
      await pty.waitFor((text) => !text.includes(`:${word}`))
      await delay(20)
    }
    process.kill(pty.pid(), 'SIGUSR2')
    const sent = await changes.stop()
    const inside = await readNotes(notes)
    if (profiling().length > 0) await leave(pty)
    const place = where === 'elsewhere' ? ', the cluster in another process' : ''
    return linesOf(`${columns}x${rows}${place}`, { presses, echoes, probing, sent, inside })
  } finally {
    pty.kill()
    echo.kill()
    await cluster?.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** A cluster that takes no time from the screen's process, as every real one. */
async function startSandbox(home: string) {
  const child = spawn(process.execPath, [dist, 'sandbox', 'start', '--home', home, '--time-scale', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.stdout.resume()
  return {
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

const echoProgram = `
process.stdin.setRawMode(true)
process.stdin.on('data', (data) => process.stdout.write(String(data).replaceAll('\\r', '\\r\\u001b[K')))
process.stdout.write('ready')`

async function timed(pty: Pty, word: string, shown: string): Promise<{ typed: number; seen: number }> {
  const typed = machineTime()
  pty.type(word)
  await pty.waitFor(shown)
  return { typed, seen: machineTime() }
}

/** The same clock in every process. */
function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

function linesOf(
  size: string,
  found: { presses: Press[]; echoes: number[]; probing: number; sent: number; inside: Inside },
): BenchLine[] {
  const { presses, echoes, inside } = found
  const total = presses.map(({ typed, seen }) => seen - typed)
  const waited: number[] = []
  const worked: number[] = []
  for (const { word, typed } of presses) {
    const read = inside.records.find(
      ([at, kind, data]) => kind === 'read' && at >= typed && data.includes(word.at(-1)!),
    )
    const written =
      read && inside.records.find(([at, kind, data]) => kind === 'written' && at >= read[0] && data.includes(word))
    if (!read || !written) continue
    waited.push(read[0] - typed)
    worked.push(written[0] - read[0])
  }
  const p95 = percentile(total, 0.95)
  const both = (values: readonly number[]) =>
    `${percentile(values, 0.5).toFixed(1)}/${percentile(values, 0.95).toFixed(1)}`
  return [
    {
      name: `key to paint at ${size}, p95, probes and ${eventsPerSecond} watch events a second`,
      value: p95,
      unit: 'ms',
      budget: '< 50 ms',
      withinBudget: p95 < 50,
      detail: `p50/p95 ${both(total)} ms: until read ${both(waited)}, until written ${both(worked)}; bare echo ${both(echoes)}; loop late by ${inside.loop.p50.toFixed(1)}/${inside.loop.p95.toFixed(1)}, at most ${inside.loop.max.toFixed(0)}; ${((inside.cpuMs / inside.ms) * 100).toFixed(0)} % of a core; ${found.sent} changes in ${(inside.ms / 1000).toFixed(1)} s, ${found.probing} of ${presses.length} keys while probes ran`,
    },
  ]
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

async function readNotes(file: string): Promise<Inside> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      await delay(50)
    }
  }
  throw new Error('the screen did not tell what it measured')
}

/** `HW_BENCH_PROFILE=DIR`: a CPU profile of the screen's process is left there. */
function profiling(): string[] {
  const folder = process.env.HW_BENCH_PROFILE
  return folder ? ['--cpu-prof', '--cpu-prof-dir', folder] : []
}

async function leave(pty: Pty): Promise<void> {
  pty.type('q')
  await delay(500)
  pty.type('q')
  await pty.done(30_000)
}

async function changePods(home: string): Promise<{ stop(): Promise<number> }> {
  const kubeconfig = parse(readFileSync(findKubeconfig(home), 'utf8'))
  const { server, 'certificate-authority-data': ca } = kubeconfig.clusters[0].cluster
  const { token } = kubeconfig.users[0].user
  const child = fork(
    join(root, 'scripts/bench/pod-changes.mjs'),
    [JSON.stringify({ server, ca, token, perSecond: eventsPerSecond })],
    { execArgv: [] },
  )
  const told = () => new Promise<unknown>((resolve) => child.once('message', resolve))
  await told()
  return {
    async stop() {
      const sent = told()
      child.send('stop')
      return Number(await sent)
    },
  }
}

function findKubeconfig(home: string): string {
  const found = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((path) => /kubeconfig[^/]*$/.test(path))
  if (!found) throw new Error(`no kubeconfig under ${home}`)
  return join(home, found)
}
