/** Every change is written down in the home folder before it is made: what, by which step, and the values it replaces. */
import type { Action, Stage, Track } from '../../workshop/step.ts'
import type { EngineDeps } from '../deps.ts'
import { labelled } from '../labelled.ts'
import { actionCommand } from '../run-action.ts'
import type { ChangeRecorder, Scope } from '../scope.ts'
import { readSnapshot } from '../snapshot.ts'
import { clusterId, ensureBaseline } from './baseline.ts'

export interface JournalEntry {
  at: string
  track: string
  step: number
  stage: string
  action: string
  command: string
  /** Labels as they were, for what is about to be labelled. */
  before?: { namespace: string; name: string; uid: string; labels: Record<string, string | null> }[]
}

export function createRecorder(deps: EngineDeps, track: Track): ChangeRecorder {
  let opened: Promise<{ key: string; entries: JournalEntry[] }> | null = null

  async function open() {
    await ensureBaseline(deps, track)
    const key = `${await clusterId(deps.cluster)}/journal-${track.id}`
    const kept = await deps.files.load(key)
    return { key, entries: Array.isArray(kept) ? (kept as JournalEntry[]) : [] }
  }

  return {
    async before(scope: Scope, stage: Stage, action: Action) {
      opened ??= open()
      const { key, entries } = await opened
      const before = await oldLabels(deps, action)
      entries.push({
        at: deps.clock.now().toISOString(),
        track: track.id,
        step: scope.step,
        stage: stage.id,
        action: action.id,
        command: actionCommand(action, scope),
        ...(before ? { before } : {}),
      })
      await deps.files.save(key, entries)
    },
  }
}

async function oldLabels(deps: EngineDeps, action: Action): Promise<JournalEntry['before']> {
  if (action.kind !== 'label') return undefined
  const { objects } = await readSnapshot(deps.cluster, [{ apiVersion: 'v1', kind: 'Pod' }])
  return labelled(objects, action).map((object) => ({
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    labels: Object.fromEntries(Object.keys(action.labels).map((key) => [key, object.metadata.labels?.[key] ?? null])),
  }))
}
