import { closeSync, openSync, writeSync } from 'node:fs'
import type { SandboxOptions } from '../contracts.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import type { Layout } from './layout.ts'
import { STATE_VERSION, type StateFile, toLine } from './state-file.ts'
import { writeFileAtomic } from './write-file.ts'

/**
 * The sandbox's state on disk: a snapshot, replaced atomically, and a journal that has every change since before
 * anybody is told about it. Killed at any moment, at most a half-written last line is lost. A disk that takes no more
 * stops nothing: the user is told once, and everything is written as soon as it can be again.
 */
export interface StateKeeper {
  /** Writes everything and stops; the folder can be opened by the next process. */
  close(): void
}

/** The journal is folded into the snapshot when it has grown past this. */
const LONGEST_JOURNAL = 16 * 1024 * 1024
/** How often a disk that refused is tried again. */
const TRY_AGAIN_MS = 1000

/** Subscribes to the store: call it before anybody who tells others. Throws when the folder cannot be written at all. */
export function keepState(
  layout: Layout,
  store: MemoryStore,
  calico: SandboxOptions['calico'],
  notice: (message: string) => void,
): StateKeeper {
  let size = 0
  /** Undefined while the disk refuses. */
  let file: number | undefined = begin()
  let triedAt = 0

  function begin(): number {
    const state: StateFile = { v: STATE_VERSION, calico, ...store.snapshot() }
    writeFileAtomic(layout.state, JSON.stringify(state))
    size = 0
    // Lines older than the snapshot would be skipped anyway, should we be killed right here.
    return openSync(layout.journal, 'w', 0o600)
  }

  /** The snapshot anew, and an empty journal: also what mends a journal that ends in half a line. */
  function fold(): void {
    const next = begin()
    if (file !== undefined) closeSync(file)
    else notice(`The sandbox's state is written to ${layout.folder} again.`)
    file = next
  }

  function attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      triedAt = performance.now()
      if (file === undefined) return
      closeSync(file)
      file = undefined
      const why = error instanceof Error ? error.message : String(error)
      notice(
        `The sandbox's state cannot be written to ${layout.folder} (${why}). It goes on in memory: what changes from now on is lost when it ends, unless there is room again before that.`,
      )
    }
  }

  const unsubscribe = store.subscribe((change) => {
    if (file === undefined) {
      if (performance.now() - triedAt > TRY_AGAIN_MS) attempt(fold)
      return
    }
    // Events tell of the past; losing the last ones harms nobody and they are the bulk of all changes.
    if (change.resource === 'events') return
    const line = Buffer.from(toLine(change))
    const journal = file
    attempt(() => {
      for (let written = 0; written < line.length; ) written += writeSync(journal, line, written)
      size += line.length
      if (size > LONGEST_JOURNAL) fold()
    })
  })

  return {
    close() {
      unsubscribe()
      attempt(fold)
      if (file !== undefined) closeSync(file)
    },
  }
}
