import { renameSync, rmSync } from 'node:fs'
import { sandboxStateTooNew } from '../../errors/catalog/sandbox.ts'
import { WorkshopError } from '../../errors/workshop-error.ts'
import type { KubeObject } from '../contracts.ts'
import type { MemoryStore, StoreSnapshot } from '../store/memory-store.ts'
import type { Layout } from './layout.ts'
import { type JournalLine, STATE_VERSION, type StateFile } from './state-file.ts'
import { readIfThere } from './write-file.ts'

/** Fills the store from disk; false when there was nothing. What cannot be read is set aside and reported. */
export function loadState(layout: Layout, store: MemoryStore, notice: (message: string) => void): boolean {
  const text = readIfThere(layout.state)
  if (text === undefined) {
    rmSync(layout.journal, { force: true })
    return false
  }
  let state: StateFile
  try {
    state = parseState(text, layout.state)
  } catch (error) {
    if (error instanceof WorkshopError) throw error
    const kept = setAside(layout.state)
    // Its lines tell of changes to a state nobody has any more.
    if (readIfThere(layout.journal)) setAside(layout.journal)
    const why = error instanceof Error ? error.message : String(error)
    notice(`The sandbox's saved state could not be read (${why}). It was kept as ${kept}; the sandbox starts afresh.`)
    return false
  }
  const { snapshot, damaged } = replay(state, readIfThere(layout.journal) ?? '')
  if (damaged !== undefined) {
    const kept = setAside(layout.journal)
    notice(
      `The sandbox's latest changes could not be read from line ${damaged} on. They were kept as ${kept}; the sandbox goes on with what came before.`,
    )
  }
  store.restore(snapshot)
  return true
}

function parseState(text: string, path: string): StateFile {
  const state = JSON.parse(text)
  if (typeof state !== 'object' || state === null) throw new Error('it is not an object')
  if (typeof state.v === 'number' && state.v > STATE_VERSION) throw sandboxStateTooNew(path, state.v)
  const isOurs = state.v === STATE_VERSION && Number.isInteger(state.revision)
  if (!isOurs || typeof state.objects !== 'object' || state.objects === null) {
    throw new Error('it is not a state of this program')
  }
  for (const [resource, objects] of Object.entries(state.objects)) {
    if (!Array.isArray(objects) || !objects.every((object) => isObject(resource, object)))
      throw new Error(`what it holds as ${resource} are not objects of that kind`)
  }
  return state
}

/** Kinds the sandbox's own controllers could not live with half of. */
const NEED_SPEC = /^(pods|nodes|services)$|\.(apps|batch)$/

function isObject(resource: string, value: any): boolean {
  return (
    typeof value?.kind === 'string' &&
    typeof value.metadata?.name === 'string' &&
    typeof value.metadata.uid === 'string' &&
    (!NEED_SPEC.test(resource) || (typeof value.spec === 'object' && value.spec !== null)) &&
    (resource !== 'pods' || Array.isArray(value.spec.containers))
  )
}

/**
 * Applies the journal to the snapshot, up to the first line that cannot be read. A broken last line is no damage: the
 * process was killed while writing it, before anybody was told.
 */
function replay(state: StateFile, journal: string): { snapshot: StoreSnapshot; damaged?: number } {
  const byResource = new Map<string, Map<string, KubeObject>>()
  const keyOf = ({ namespace, name }: { namespace?: string; name: string }) => `${namespace ?? ''}/${name}`
  for (const [resource, objects] of Object.entries(state.objects)) {
    byResource.set(resource, new Map(objects.map((object) => [keyOf(object.metadata), object])))
  }
  let { revision } = state
  let damaged: number | undefined
  const lines = journal.split('\n')
  for (const [index, text] of lines.entries()) {
    if (text === '') continue
    const line = parseLine(text)
    if (line === undefined) {
      if (index < lines.length - 1) damaged = index + 1
      break
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
  return { snapshot: { revision, objects }, ...(damaged === undefined ? {} : { damaged }) }
}

function parseLine(text: string): JournalLine | undefined {
  let line: any
  try {
    line = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(line) || !Number.isInteger(line[0]) || typeof line[2] !== 'string') return undefined
  const [, sign, resource, object] = line
  const isKnown = sign === '+' ? isObject(resource, object) : sign === '-' && typeof object?.name === 'string'
  return isKnown ? (line as JournalLine) : undefined
}

function setAside(path: string): string {
  const kept = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
  renameSync(path, kept)
  return kept
}
