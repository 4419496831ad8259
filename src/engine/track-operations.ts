import type { Operation } from '../cluster/port.ts'
import type { Track } from '../workshop/step.ts'
import { actionKind } from './actions/table.ts'
import { defaultOptions, type EngineDeps, type EngineFiles } from './deps.ts'

/** What each step would do, for questions about rights; nothing is done. */
export function trackOperations(
  track: Track,
  files: EngineFiles,
): { step: number; title: string; operations: Operation[] }[] {
  // Building an operation reads manifests and options only.
  const scope = { deps: { files, options: defaultOptions } as EngineDeps }
  return track.steps.map(({ number, title, stages }) => ({
    step: number,
    title,
    operations: stages
      .flatMap((stage) => stage.actions)
      .map((action) => actionKind(action).operation(action, scope))
      .filter((operation) => operation !== null),
  }))
}
