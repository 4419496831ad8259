import type { Stage, Step } from '../../workshop/step.ts'
import { isWritten } from '../write-yourself.ts'

/**
 * The stages of the step from this one on change hands: written by the learner from now on, or ours again. null when there
 * is nothing left to write.
 */
export function turnWriting(step: Step, at: Stage | undefined, written: ReadonlySet<string>): Set<string> | null {
  const left = at ? step.stages.slice(step.stages.indexOf(at)).filter((stage) => stage.write) : []
  const [first] = left
  if (!first) return null
  const after = new Set(written)
  for (const stage of left) {
    if (isWritten(first)) after.delete(stage.id)
    else after.add(stage.id)
  }
  return after
}
