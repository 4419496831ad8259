import { randomBytes } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { sandboxSilent } from '../../errors/catalog/sandbox.ts'
import type { ServerAnswer } from './ask-server.ts'
import type { Layout } from './layout.ts'
import { readIfThere, writeFileAtomic } from './write-file.ts'

/** Who serves a home. Written once it accepts connections. */
export interface ServerInfo {
  pid: number
  port: number
  startedAt: string
}

export interface ServerLock {
  announce(port: number): void
  release(): void
}

export type LockOutcome = { kind: 'owned'; lock: ServerLock } | { kind: 'served'; server: ServerInfo }

export interface LockDeps {
  /** Who answers there? */
  ask(server: ServerInfo): Promise<ServerAnswer>
  sleep(ms: number): Promise<void>
  now: Date
}

/** For an announced server that does not answer, and for one that is still starting on a busy machine. */
const PATIENCE_MS = 3000
const PATIENCE_STARTING_MS = 20_000
const STEP_MS = 50
/** How often a server that takes connections and says nothing is asked; each time takes seconds. */
const SILENT_TIMES = 3

/**
 * One server per home: the lock file names its process. Whoever finds a living owner waits until it serves and uses
 * it; a lock left by a dead process, or by one whose number now belongs to something else, is taken over. One that is
 * stopped will go on some time and write to the same files: its lock is not taken.
 */
export async function acquireLock(layout: Layout, deps: LockDeps): Promise<LockOutcome> {
  const mine = `${process.pid} ${randomBytes(6).toString('hex')}\n`
  let waited = 0
  let silent = 0
  for (;;) {
    if (tryCreate(layout.lock, mine)) return { kind: 'owned', lock: lockOf(layout, mine, deps.now) }
    const theirs = readIfThere(layout.lock)
    if (theirs === undefined) continue
    const server = readServer(layout)
    if (isAlive(Number.parseInt(theirs, 10))) {
      const answer = server && (await deps.ask(server))
      if (server && answer === 'ours') return { kind: 'served', server }
      if (server && answer === 'silent' && ++silent >= SILENT_TIMES) throw sandboxSilent(layout.folder, server.pid)
      if (waited < (server ? PATIENCE_MS : PATIENCE_STARTING_MS)) {
        waited += STEP_MS
        await deps.sleep(STEP_MS)
        continue
      }
    }
    removeStale(layout.lock, theirs)
  }
}

/** The process that serves this home now, if one does. */
export function readServer(layout: Layout): ServerInfo | undefined {
  const text = readIfThere(layout.server)
  if (text === undefined) return undefined
  try {
    const { pid, port, startedAt } = JSON.parse(text)
    return Number.isInteger(pid) && Number.isInteger(port) ? { pid, port, startedAt: String(startedAt) } : undefined
  } catch {
    return undefined
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** With its content from the first moment: an empty lock would look like a dead process's. */
function tryCreate(path: string, content: string): boolean {
  const prepared = `${path}.${randomBytes(4).toString('hex')}.new`
  writeFileSync(prepared, content, { mode: 0o600 })
  try {
    linkSync(prepared, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(prepared, { force: true })
  }
}

/** Moves the lock away and looks at what it moved: another process may have taken over in between. */
function removeStale(path: string, expected: string): void {
  const away = `${path}.${randomBytes(4).toString('hex')}.stale`
  try {
    renameSync(path, away)
    if (readIfThere(away) !== expected) linkSync(away, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
  rmSync(away, { force: true })
}

function lockOf(layout: Layout, mine: string, now: Date): ServerLock {
  return {
    announce(port) {
      const info: ServerInfo = { pid: process.pid, port, startedAt: now.toISOString() }
      writeFileAtomic(layout.server, `${JSON.stringify(info)}\n`)
      writeFileAtomic(layout.port, `${port}\n`)
    },
    release() {
      if (readIfThere(layout.lock) !== mine) return
      rmSync(layout.server, { force: true })
      rmSync(layout.lock, { force: true })
    },
  }
}
