/**
 * Write it yourself: in a stage the learner takes over, the actions named by `instead` give way to applying the learner's
 * own file. Whether that is done is never asked of names or form, only of what the flows would be.
 */
import type { Action, Stage, Track, WriteYourself } from '../workshop/step.ts'
import { clusterId } from './cluster-id.ts'
import type { EngineDeps } from './deps.ts'

type WrittenAction = Extract<Action, { kind: 'apply' }>

/** The stage with the learner's file in place of our actions; itself when there is nothing to write. */
export function writtenStage(stage: Stage): Stage {
  const { write } = stage
  if (!write || stage.original) return stage
  const at = stage.actions.findIndex((action) => write.instead.includes(action.id))
  const before = stage.actions.slice(0, Math.max(0, at))
  const after = stage.actions.slice(Math.max(0, at)).filter((action) => !write.instead.includes(action.id))
  return { ...stage, actions: [...before, ownAction(stage, write), ...after], original: stage }
}

function ownAction(stage: Stage, write: WriteYourself): WrittenAction {
  const replaced = stage.actions.find((action) => write.instead.includes(action.id))
  return {
    kind: 'apply',
    id: 'write',
    title: `Apply what you wrote: ${write.file}`,
    explain: write.task,
    manifest: `../${write.file}`,
    written: true,
    at: replaced?.at ?? stage.proofs[0]!.at,
  }
}

/** The track with these stages written by the learner, all others as their files say. */
export function withWriting(track: Track, written: ReadonlySet<string>): Track {
  const steps = track.steps.map((step) => ({
    ...step,
    stages: step.stages.map((stage) => (written.has(stage.id) ? writtenStage(stage) : (stage.original ?? stage))),
  }))
  return { ...track, steps }
}

export function isWritten(stage: Stage): boolean {
  return stage.original !== undefined
}

export function isOwnFile(action: Action): action is WrittenAction {
  return action.kind === 'apply' && action.written === true
}

export async function loadWritten(deps: EngineDeps, track: Track): Promise<Set<string>> {
  const kept = await deps.files.load(await keyOf(deps, track))
  const known = new Set(track.steps.flatMap((step) => step.stages).map((stage) => stage.id))
  return new Set(Array.isArray(kept) ? kept.filter((id) => known.has(id)) : [])
}

async function saveWritten(deps: EngineDeps, track: Track, written: ReadonlySet<string>): Promise<void> {
  const key = await keyOf(deps, track)
  if (written.size > 0) await deps.files.save(key, [...written])
  else await deps.files.remove(key)
}

/** After a reset to `to`, the steps above it start afresh; the learner's file itself stays. */
export async function forgetWritten(deps: EngineDeps, track: Track, to: number | null): Promise<Set<string>> {
  const kept = track.steps.filter((step) => to !== null && step.number <= to).flatMap((step) => step.stages)
  const before = await loadWritten(deps, track)
  const after = new Set(kept.map((stage) => stage.id).filter((id) => before.has(id)))
  if (after.size !== before.size) await saveWritten(deps, track, after)
  return after
}

/** Takes these stages over: writes that down and puts the skeleton where the learner finds it. */
export async function takeOver(deps: EngineDeps, track: Track, written: ReadonlySet<string>): Promise<Track> {
  for (const { write, id } of track.steps.flatMap((step) => step.stages))
    if (write && written.has(id)) await deps.files.placeSkeleton?.(write.skeleton, write.file)
  await saveWritten(deps, track, written)
  return withWriting(track, written)
}

async function keyOf(deps: EngineDeps, track: Track): Promise<string> {
  return `${await clusterId(deps.cluster)}/written-${track.id}`
}
