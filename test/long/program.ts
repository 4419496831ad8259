import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const bundle = `${root}dist/cli.js`

/** Builds the bundle when it is missing or stale: these tests run what people run. */
export function buildProgram(): void {
  const built = spawnSync(process.execPath, [`${root}scripts/build.mjs`, '--if-stale'], { encoding: 'utf8' })
  if (built.status !== 0 || !existsSync(bundle)) throw new Error(`the bundle cannot be built: ${built.stderr}`)
}

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the built program to its end, not in a terminal. */
export function runProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = startProgram(args, env)
    const output = { stdout: '', stderr: '' }
    child.stdout!.on('data', (chunk) => {
      output.stdout += chunk
    })
    child.stderr!.on('data', (chunk) => {
      output.stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...output }))
  })
}

export function startProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [bundle, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
}

export function eventsOf(stdout: string): any[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
