/** Every change is written down in the home folder before it is made: what, by which step, and the values it replaces. */
import type { KubeObject } from '../../cluster/port.ts'
import type { Action, Stage, Track } from '../../workshop/step.ts'
import { clusterId } from '../cluster-id.ts'
import type { EngineDeps } from '../deps.ts'
import { labelled } from '../labelled.ts'
import { actionCommand } from '../run-action.ts'
import type { ChangeRecorder, Scope } from '../scope.ts'
import { readSnapshot } from '../snapshot.ts'
import { ensureBaseline, rememberPods } from './baseline.ts'

interface JournalEntry {
  at: string
  track: string
  step: number
  stage: string
  action: string
  command: string
  /** Labels as they were, for what is about to be labelled. */
  before?: { namespace: string; name: string; uid: string; labels: Record<string, string | null> }[]
}

const longest = 1_000

export function createRecorder(deps: EngineDeps, track: Track): ChangeRecorder {
  let opened: ReturnType<typeof open> | null = null

  async function open() {
    const baseline = await ensureBaseline(deps, track)
    const key = `${await clusterId(deps.cluster)}/journal-${track.id}`
    const kept = await deps.files.load(key)
    const entries = Array.isArray(kept) ? (kept as JournalEntry[]).slice(-longest) : []
    return { baseline, key, entries }
  }

  return {
    async before(scope: Scope, stage: Stage, action: Action) {
      opened ??= open()
      const { baseline, key, entries } = await opened
      const pods = await podsToLabel(deps, action)
      if (action.kind === 'label' && pods) await rememberPods(deps, track, baseline, pods, action.labels)
      entries.push({
        at: deps.clock.now().toISOString(),
        track: track.id,
        step: scope.step,
        stage: stage.id,
        action: action.id,
        command: actionCommand(action, scope),
        ...(action.kind === 'label' && pods ? { before: pods.map((pod) => oldLabels(pod, action.labels)) } : {}),
      })
      await deps.files.save(key, entries)
    },
  }
}

async function podsToLabel(deps: EngineDeps, action: Action): Promise<KubeObject[] | null> {
  if (action.kind !== 'label') return null
  const { objects } = await readSnapshot(deps.cluster, [{ apiVersion: 'v1', kind: 'Pod' }])
  return labelled(objects, action)
}

function oldLabels(
  { metadata: { namespace = '', name, uid = '', labels } }: KubeObject,
  changed: Readonly<Record<string, string | null>>,
): NonNullable<JournalEntry['before']>[number] {
  return {
    namespace,
    name,
    uid,
    labels: Object.fromEntries(Object.keys(changed).map((key) => [key, labels?.[key] ?? null])),
  }
}
