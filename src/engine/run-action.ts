/** One action: announced, skipped with a reason or carried out, its output streamed, its end told. */
import type { Operation, OperationResult, OutputChunk } from '../cluster/port.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Action, Stage } from '../workshop/step.ts'
import { actionKind } from './actions/table.ts'
import type { WorkshopEvent } from './events.ts'
import { forecastFile, forecastLines } from './forecast.ts'
import type { Scope } from './scope.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { streamed } from './streamed.ts'
import { skipReason } from './when.ts'
import { isOwnFile, writtenStage } from './write-yourself.ts'

/** The exact line a person would type for it; empty when there is none. */
export function actionCommand(
  action: Action,
  scope: Pick<Scope, 'deps' | 'track'>,
  snapshot: Snapshot | null = null,
): string {
  const kind = actionKind(action)
  if (kind.shown) return kind.shown(action, scope, snapshot)
  const operation = kind.operation(action, scope)
  return operation ? scope.deps.cluster.shown(operation) : ''
}

export async function* runAction(scope: Scope, stage: Stage, action: Action): AsyncGenerator<WorkshopEvent, boolean> {
  const { clock } = scope.deps
  const kind = actionKind(action)
  const started = clock.monotonic()
  const place = { stage: stage.id, action: action.id }
  yield scope.event({ type: 'action-started', ...place, title: action.title, command: actionCommand(action, scope) })
  const end = (result: { ok: boolean; skipped?: string; message?: string; hint?: string }) =>
    scope.event({ type: 'action-finished', ...place, ...result, ms: Math.round(clock.monotonic() - started) })

  const skipped = skipReason(action.when, scope.features) ?? (await kind.skip?.(action, scope)) ?? null
  if (skipped !== null) {
    yield end({ ok: true, skipped })
    return true
  }
  if (kind.changes) await scope.recorder?.before(scope, stage, action)
  const result = yield* streamed<WorkshopEvent, OperationResult>(async (push) => {
    const onOutput = (chunk: { stream: 'stdout' | 'stderr'; text: string }) =>
      push(scope.event({ type: 'action-output', ...place, ...chunk }))
    if (isOwnFile(action)) await sayForecast(scope, stage, action, onOutput)
    const said = kind.say?.(action)
    if (said !== undefined) onOutput({ stream: 'stdout', text: `${said}\n` })
    const prepared = kind.prepare
      ? await kind.prepare(action, scope, onOutput)
      : { ok: true as const, operation: kind.operation(action, scope) }
    if (!prepared.ok) return { ...prepared, exitCode: 1 }
    if (!prepared.operation) return { ok: true, exitCode: 0 }
    return carryOut(scope, kind, action, prepared.operation, onOutput)
  })
  scope.signal.throwIfAborted()
  if (kind.changes) scope.memory.actedAt = clock.monotonic()
  yield end({
    ok: result.ok,
    ...(result.message ? { message: result.message } : {}),
    ...(result.hint ? { hint: result.hint } : {}),
  })
  return result.ok
}

/** Ends early what can be seen to fail. */
async function carryOut(
  scope: Scope,
  kind: ReturnType<typeof actionKind>,
  action: Action,
  operation: Operation,
  onOutput: (chunk: OutputChunk) => void,
): Promise<OperationResult> {
  const { executor } = scope.deps.cluster
  if (!kind.hopeless) return executor.run(operation, { signal: scope.signal, onOutput })
  const over = new AbortController()
  const signal = AbortSignal.any([scope.signal, over.signal])
  const running = executor.run(operation, { signal, onOutput })
  const failing = kind.hopeless(action, scope, signal)
  try {
    const first = await Promise.race<OperationResult | { message: string; hint: string }>([
      running,
      failing.then(async (failure) => failure ?? running),
    ])
    if ('ok' in first) return first
    over.abort()
    await running.catch(() => undefined)
    return { ok: false, exitCode: 1, ...first }
  } finally {
    over.abort()
  }
}

/** Before the learner's file is applied: what it will do, beside what the stage wants. */
async function sayForecast(
  scope: Scope,
  stage: Stage,
  action: Action,
  push: (chunk: { stream: 'stdout' | 'stderr'; text: string }) => void,
): Promise<void> {
  const lines = await ownFileLines(scope, stage, action)
  push({ stream: 'stdout', text: `${lines.join('\n')}\n` })
}

/** What the learner's file would do, in lines for people; what is wrong with it when it cannot be read. */
export async function ownFileLines(scope: Scope, stage: Stage, action: Action): Promise<string[]> {
  const file = isOwnFile(action) ? action.manifest.replace(/^\.\.\//, '') : ''
  try {
    return forecastLines(forecastFile(scope, writtenStage(stage), await readSnapshot(scope.deps.cluster)), file)
  } catch (error) {
    if (error instanceof WorkshopError) return [error.message]
    throw error
  }
}
