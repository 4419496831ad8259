import type { Change, KubeObject, SandboxOptions } from '../contracts.ts'
import type { StoreSnapshot } from '../store/memory-store.ts'

/** What is in the sandbox's state file, and what a line of its journal says. */
export const STATE_VERSION = 1

export interface StateFile extends StoreSnapshot {
  v: number
  calico: SandboxOptions['calico']
}

/** Revision, `+` or `-`, resource, object (its name alone for a deletion). */
export type JournalLine = [number, '+' | '-', string, KubeObject | { namespace?: string; name: string }]

export function toLine({ type, resource, object, revision }: Change): string {
  const { namespace, name } = object.metadata
  const gone = { ...(namespace === undefined ? {} : { namespace }), name }
  const line: JournalLine = type === 'DELETED' ? [revision, '-', resource, gone] : [revision, '+', resource, object]
  return `${JSON.stringify(line)}\n`
}
