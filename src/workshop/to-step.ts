/** From the checked YAML to the engine's Step: ids filled in, stages made, positions kept. */
import type { Location } from '../errors/workshop-error.ts'
import type { RawStage, RawStep } from './schema.ts'
import type { Stage, Step } from './step.ts'
import { toAction } from './to-action.ts'
import { type ExpectedSets, toProofs } from './to-proof.ts'
import type { YamlSource } from './yaml-source.ts'

export interface StepContext {
  track: string
  number: number
  id: string
  file: string
  sets: ExpectedSets
}

export function toStep(raw: RawStep, source: YamlSource, context: StepContext): Step {
  const single = raw.stages === undefined
  const stages = single
    ? [{ id: String(context.number), actions: raw.actions ?? [], proofs: raw.proofs ?? [], write: raw.write }]
    : raw.stages!
  return {
    track: context.track,
    number: context.number,
    id: context.id,
    title: raw.title,
    goal: raw.goal,
    concept: raw.concept,
    optional: raw.optional,
    stages: stages.map((stage, index) =>
      toStage(stage as RawStage, single ? [] : ['stages', index], source, context.sets),
    ),
    hints: raw.hints,
    debrief: raw.debrief,
    startsGreen: raw.startsGreen,
    ...(raw.view ? { view: raw.view } : {}),
    file: context.file,
  }
}

function toStage(raw: RawStage, path: (string | number)[], source: YamlSource, sets: ExpectedSets): Stage {
  const at = (...more: (string | number)[]): Location => source.locate([...path, ...more])
  return {
    id: raw.id,
    ...(raw.title ? { title: raw.title } : {}),
    actions: numbered(raw.actions, raw.id, (action) => kindOf(action, actionOnly)).map(([id, action], index) =>
      toAction(action, id, at('actions', index)),
    ),
    proofs: numbered(raw.proofs, raw.id, (proof) => kindOf(proof, proofOnly)).flatMap(([id, proof], index) =>
      toProofs(proof, id, (...more) => at('proofs', index, ...more), sets),
    ),
    ...(raw.write ? { write: raw.write } : {}),
  }
}

const actionOnly = ['id', 'title', 'explain', 'when', 'onlyIfMissing']
const proofOnly = ['id', 'title', 'when', 'unlessWritten']

function kindOf(value: Record<string, unknown>, others: readonly string[]): string {
  return Object.keys(value).find((key) => value[key] !== undefined && !others.includes(key))!
}

/** Ids that stay the same as long as the order of a kind does: `5a-apply`, `5a-apply-2`. */
function numbered<Item extends { id?: string | undefined }>(
  items: readonly Item[],
  stage: string,
  kind: (item: Item) => string,
): [string, Item][] {
  const seen = new Map<string, number>()
  return items.map((item) => {
    if (item.id) return [item.id, item]
    const base = `${stage}-${kind(item)}`
    const count = (seen.get(base) ?? 0) + 1
    seen.set(base, count)
    return [count === 1 ? base : `${base}-${count}`, item]
  })
}
