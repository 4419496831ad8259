/** The built program as people run it, in a process of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

let bundle = `${root}dist/cli.js`

/** Builds it, and takes a copy: a build meanwhile must not pull the rug away. Returns how to be rid of the copy. */
export function prepareProgram(): () => void {
  const built = spawnSync(process.execPath, [`${root}scripts/build.mjs`, '--if-stale'], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the bundle cannot be built: ${built.stderr}`)
  const copy = mkdtempSync(join(tmpdir(), 'hw-program-'))
  for (const part of ['dist', 'steps', 'manifests', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  bundle = join(copy, 'dist/cli.js')
  return () => rmSync(copy, { recursive: true, force: true })
}

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  ms: number
}

export interface Running {
  child: ChildProcess
  /** Told of every whole line of its output. */
  onLine(listener: (line: string) => void): void
  ended: Promise<Ended>
}

export function start(args: readonly string[]): Running {
  const began = performance.now()
  const child = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const listeners: ((line: string) => void)[] = []
  let stdout = ''
  let stderr = ''
  let rest = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) for (const listener of listeners) listener(line)
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return {
    child,
    onLine: (listener) => void listeners.push(listener),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, ms: performance.now() - began }))
    }),
  }
}

/** Nothing here takes a minute: what takes this long will never end. */
const patienceMs = 240_000

export function run(args: readonly string[]): Promise<Ended> {
  return endOf(start(args))
}

/** To its end. A program that does not end is ended, and is a failure that says what it did last. */
export async function endOf({ child, ended }: Running): Promise<Ended> {
  let stuck = false
  const timer = setTimeout(() => {
    stuck = true
    child.kill('SIGKILL')
  }, patienceMs)
  const outcome = await ended
  clearTimeout(timer)
  if (!stuck) return outcome
  const last = outcome.stdout.trimEnd().split('\n').at(-1)
  throw new Error(`${child.spawnargs.join(' ')} did not end within ${patienceMs / 1000} s; it said last: ${last}`)
}

/** Every line that is a JSON object; a killed process may leave half of one. */
export function eventsOf(stdout: string): any[] {
  return stdout.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line)] : []
    } catch {
      return []
    }
  })
}
