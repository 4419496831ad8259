/** Where the chaos happens: a sandbox of its own, or a named context. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Running, root, start } from './program.ts'

export interface ChaosPlace {
  home: string
  /** What every command is told. */
  args: string[]
  isSandbox: boolean
  /** All objects, without what differs between equal states. */
  dump(): Promise<string[]>
  /** The sandbox in a process of its own, which is not killed; no-op on a context. */
  serve(): Promise<void>
  stopServing(): Promise<void>
  close(): Promise<void>
}

export interface PlaceChoice {
  context?: string | undefined
  kubeconfig?: string | undefined
  kubectl?: string | undefined
  sandboxArgs?: readonly string[]
}

export function openChaosPlace(choice: PlaceChoice): ChaosPlace {
  const home = mkdtempSync(join(tmpdir(), 'hw-chaos-'))
  return choice.context === undefined ? sandboxPlace(home, choice.sandboxArgs ?? []) : contextPlace(home, choice)
}

function sandboxPlace(home: string, sandboxArgs: readonly string[]): ChaosPlace {
  let server: Running | null = null
  let kubeconfig = ''
  const place: ChaosPlace = {
    home,
    args: ['--home', home, '--time-scale', '0', '--via', 'api'],
    isSandbox: true,
    async serve() {
      if (server) return
      const started = start(['sandbox', '--home', home, '--time-scale', '0', '-o', 'json', ...sandboxArgs])
      const ready = new Promise<string>((resolve) => started.onLine(resolve))
      const line = await Promise.race([ready, started.ended])
      if (typeof line !== 'string') throw new Error(`the sandbox ended: ${line.stderr}`)
      kubeconfig = JSON.parse(line).kubeconfig
      server = started
    },
    async stopServing() {
      if (!server) return
      server.child.kill('SIGINT')
      await server.ended
      server = null
    },
    async dump() {
      const served = server !== null
      if (!served) await place.serve()
      try {
        return await dumpSandbox(kubeconfig)
      } finally {
        if (!served) await place.stopServing()
      }
    },
    async close() {
      await place.stopServing()
      rmSync(home, { recursive: true, force: true })
    },
  }
  return place
}

function contextPlace(home: string, { context, kubeconfig, kubectl = 'kubectl' }: PlaceChoice): ChaosPlace {
  const name = context!
  const file = kubeconfig ?? process.env.KUBECONFIG
  if (!file) throw new Error('--context needs --kubeconfig FILE')
  return {
    home,
    args: ['--home', home, '--context', name, '--kubeconfig', file, '--confirm-context', name],
    isSandbox: false,
    serve: async () => undefined,
    stopServing: async () => undefined,
    dump: () => dumpWith([`${root}scripts/dump.mjs`, kubectl, file, name]),
    close: async () => rmSync(home, { recursive: true, force: true }),
  }
}

export function dumpSandbox(kubeconfig: string): Promise<string[]> {
  return dumpWith([`${root}scripts/dump-api.mjs`, kubeconfig])
}

/** Not at the cost of the event loop: the sandbox may be in this very process. */
async function dumpWith(args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 })
  return stdout.split('\n').filter(Boolean)
}

/** Lines that differ, once they had time to become equal: pods come back, namespaces end. */
export async function differences(place: ChaosPlace, before: readonly string[]): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    const after = await place.dump()
    const lines = [
      ...before.filter((line) => !after.includes(line)).map((line) => `< ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `> ${line}`),
    ]
    if (lines.length === 0 || attempt >= (place.isSandbox ? 10 : 60)) return lines
    await delay(place.isSandbox ? 200 : 2_000)
  }
}
