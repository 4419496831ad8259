import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SandboxOptions } from '../../contracts.ts'
import type { StoreSnapshot } from '../../store/memory-store.ts'
import { microStamp, stamp } from '../stamps.ts'

/**
 * A freshly installed cluster as the build made it (`bake.ts`): its pods run already. What no two clusters share stands
 * in it as a mark and is put in here. Without the build's file, as from the sources, the cluster is installed for real.
 */
export interface ReadyMadeInput {
  certificate: string
  now: Date
  /** Where the build's files are. */
  folder?: string | undefined
}

export const READY_MADE_VERSION = 1
/** Kinds of marks: uid, container id, the cluster's number, time, its micro form, certificate. */
export const MARK = /@@([ucgtmk])(\d*)@@/g

export function readyMadeCluster(calico: SandboxOptions['calico'], input: ReadyMadeInput): StoreSnapshot | undefined {
  const text = readReadyMade(calico, input.folder)
  return text === undefined ? undefined : fillIn(text, input)
}

function fillIn(text: string, { certificate, now }: ReadyMadeInput): StoreSnapshot | undefined {
  const drawn = new Map<string, string>()
  const once = (mark: string, draw: () => string): string => {
    let value = drawn.get(mark)
    if (value === undefined) {
      value = draw()
      drawn.set(mark, value)
    }
    return value
  }
  const time = stamp(now)
  const micro = microStamp(now)
  const authority = JSON.stringify(certificate).slice(1, -1)
  const filled = text.replace(MARK, (mark, kind: string) => {
    if (kind === 't') return time
    if (kind === 'm') return micro
    if (kind === 'k') return authority
    if (kind === 'u') return once(mark, randomUUID)
    return once(mark, () => randomBytes(kind === 'c' ? 32 : 16).toString('hex'))
  })
  try {
    const { v, revision, objects } = JSON.parse(filled)
    return v === READY_MADE_VERSION ? { revision, objects } : undefined
  } catch {
    // A damaged file is as good as none: the cluster is installed for real.
    return undefined
  }
}

function readReadyMade(calico: SandboxOptions['calico'], folder: string | undefined): string | undefined {
  for (const place of folder === undefined ? packaged() : [folder]) {
    try {
      return readFileSync(join(place, `${calico}.json`), 'utf8')
    } catch {
      // Not there, or not readable: the next place.
    }
  }
  return undefined
}

/** Beside the bundle's entries, one folder up from its chunks. */
function packaged(): string[] {
  return ['./clusters', '../clusters'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
}
