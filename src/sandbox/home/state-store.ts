import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { sandboxStateTooNew } from '../../errors/catalog/sandbox.ts'
import { WorkshopError } from '../../errors/workshop-error.ts'
import type { Change, KubeObject, SandboxOptions } from '../contracts.ts'
import type { MemoryStore, StoreSnapshot } from '../store/memory-store.ts'
import type { Layout } from './layout.ts'
import { readIfThere, writeFileAtomic } from './write-file.ts'

/**
 * The sandbox's state on disk: a snapshot, replaced atomically, and a journal that has every change since before
 * anybody is told about it. Killed at any moment, at most a half-written last line is lost.
 */
export interface StateKeeper {
  /** Writes everything and stops; the folder can be opened by the next process. */
  close(): void
}

const VERSION = 1
/** The journal is folded into the snapshot when it has grown past this. */
const LONGEST_JOURNAL = 16 * 1024 * 1024

interface StateFile extends StoreSnapshot {
  v: number
  calico: SandboxOptions['calico']
}

/** Revision, `+` or `-`, resource, object (its name alone for a deletion). */
type JournalLine = [number, '+' | '-', string, KubeObject | { namespace?: string; name: string }]

/** Fills the store from disk; false when there was nothing. What cannot be read is set aside and reported. */
export function loadState(layout: Layout, store: MemoryStore, notice: (message: string) => void): boolean {
  const text = readIfThere(layout.state)
  if (text === undefined) {
    rmSync(layout.journal, { force: true })
    return false
  }
  try {
    const state = parseState(text, layout.state)
    store.restore(replay(state, readIfThere(layout.journal) ?? ''))
    return true
  } catch (error) {
    if (error instanceof WorkshopError) throw error
    const kept = setAside(layout)
    const why = error instanceof Error ? error.message : String(error)
    notice(`The sandbox's saved state could not be read (${why}). It was kept as ${kept}; the sandbox starts afresh.`)
    return false
  }
}

export function keepState(layout: Layout, store: MemoryStore, calico: SandboxOptions['calico']): StateKeeper {
  let size = 0
  let file = begin()

  function begin(): number {
    const state: StateFile = { v: VERSION, calico, ...store.snapshot() }
    writeFileAtomic(layout.state, JSON.stringify(state))
    size = 0
    // Lines older than the snapshot would be skipped anyway, should we be killed right here.
    return openSync(layout.journal, 'w', 0o600)
  }

  function fold(): void {
    closeSync(file)
    file = begin()
  }

  const unsubscribe = store.subscribe((change) => {
    // Events tell of the past; losing the last ones harms nobody and they are the bulk of all changes.
    if (change.resource === 'events') return
    const line = `${JSON.stringify(toLine(change))}\n`
    writeSync(file, line)
    size += line.length
    if (size > LONGEST_JOURNAL) fold()
  })

  return {
    close() {
      unsubscribe()
      fold()
      closeSync(file)
    },
  }
}

function toLine({ type, resource, object, revision }: Change): JournalLine {
  if (type !== 'DELETED') return [revision, '+', resource, object]
  const { namespace, name } = object.metadata
  return [revision, '-', resource, { ...(namespace === undefined ? {} : { namespace }), name }]
}

function parseState(text: string, path: string): StateFile {
  const state = JSON.parse(text)
  if (typeof state !== 'object' || state === null) throw new Error('it is not an object')
  if (typeof state.v === 'number' && state.v > VERSION) throw sandboxStateTooNew(path, state.v)
  if (state.v !== VERSION || !Number.isInteger(state.revision) || typeof state.objects !== 'object') {
    throw new Error('it is not a state of this program')
  }
  for (const objects of Object.values(state.objects)) {
    if (!Array.isArray(objects) || !objects.every(isObject)) throw new Error('it holds something that is not an object')
  }
  return state
}

function isObject(value: any): boolean {
  return (
    typeof value?.kind === 'string' &&
    typeof value.metadata?.name === 'string' &&
    typeof value.metadata.uid === 'string'
  )
}

/** Applies the journal to the snapshot. Only its last line may be broken: the process was killed while writing it. */
function replay(state: StateFile, journal: string): StoreSnapshot {
  const byResource = new Map<string, Map<string, KubeObject>>()
  const keyOf = ({ namespace, name }: { namespace?: string; name: string }) => `${namespace ?? ''}/${name}`
  for (const [resource, objects] of Object.entries(state.objects)) {
    byResource.set(resource, new Map(objects.map((object) => [keyOf(object.metadata), object])))
  }
  let { revision } = state
  const lines = journal.split('\n')
  for (const [index, text] of lines.entries()) {
    if (text === '') continue
    let line: JournalLine
    try {
      line = JSON.parse(text)
    } catch (error) {
      if (index === lines.length - 1) break
      throw error
    }
    const [at, sign, resource, object] = line
    if (at <= state.revision) continue
    revision = Math.max(revision, at)
    const known = byResource.get(resource) ?? new Map<string, KubeObject>()
    byResource.set(resource, known)
    if (sign === '+') known.set(keyOf((object as KubeObject).metadata), object as KubeObject)
    else known.delete(keyOf(object as { name: string }))
  }
  const objects = Object.fromEntries([...byResource].map(([resource, known]) => [resource, [...known.values()]]))
  return { revision, objects }
}

function setAside(layout: Layout): string {
  const kept = `${layout.state}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
  renameSync(layout.state, kept)
  rmSync(layout.journal, { force: true })
  return kept
}
