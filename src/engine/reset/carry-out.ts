/** Does what the plan says, line by line, as a stream. Every line may find its work done already. */
import type { KubeObject, Operation, OperationResult } from '../../cluster/port.ts'
import { resetNotAllowed } from '../../errors/catalog/reset.ts'
import { actionKind } from '../actions/table.ts'
import type { WorkshopEvent } from '../events.ts'
import { runAction } from '../run-action.ts'
import { openScope, type Scope, type Work } from '../scope.ts'
import { statusOf } from '../snapshot.ts'
import { readFacts } from '../status.ts'
import { streamed } from '../streamed.ts'
import { whileHolding } from '../while-holding.ts'
import { forgetWritten } from '../write-yourself.ts'
import { cleaned, forgetBaseline, isOfAnotherVersion, loadBaseline, recordProblem } from './baseline.ts'
import { unlessHeldUp } from './held-up.ts'
import { planReset, type ResetEntry, type ResetPlan } from './plan.ts'
import { ranks } from './rank.ts'
import { restoreLines } from './restore-files.ts'

export interface ResetResult {
  ok: boolean
  done: number
  failed: { command: string; message: string }[]
}

export async function readResetPlan(work: Pick<Work, 'deps' | 'track'>, to: number | null): Promise<ResetPlan> {
  const [facts, baseline] = await Promise.all([readFacts(work.deps, work.track), loadBaseline(work.deps, work.track)])
  const plan = planReset(facts, baseline, to)
  const problem = baseline === null ? await recordProblem(work.deps, work.track) : null
  if (problem !== null) plan.warnings.unshift(`The record of how things were before cannot be used: ${problem}.`)
  if (baseline === null && (await isOfAnotherVersion(work.deps, work.track))) {
    plan.keepRecord = true
    plan.entries = plan.entries.filter(({ rank }) => rank !== ranks.state)
    plan.warnings.push(
      'The record stays where it is: the version that wrote it can still put back what was here before.',
    )
  }
  // So that every line of the plan can be pasted.
  for (const { work: undo } of [...plan.entries, ...plan.questions])
    if (undo.kind === 'restore')
      for (const { file, content } of restoreLines(undo.object, true))
        await work.deps.files.writeManifest(file, [content])
  return plan
}

/** With the lock held and every change written down. */
export async function* carryOut(
  work: Work,
  plan: ResetPlan,
  options: { include?: boolean } = {},
): AsyncGenerator<WorkshopEvent, ResetResult> {
  return yield* whileHolding(work, (holding) => carryOutHeld(holding, plan, options))
}

/** `include`: also what somebody else changed meanwhile (the plan's questions). */
export async function* carryOutHeld(
  work: Work,
  plan: ResetPlan,
  options: { include?: boolean } = {},
): AsyncGenerator<WorkshopEvent, ResetResult> {
  const scope = await openScope(work, plan.to ?? 0)
  const entries = [...plan.entries, ...(options.include ? plan.questions : [])].sort((a, b) => a.rank - b.rank)
  const result: ResetResult = { ok: true, done: 0, failed: [] }
  await requireRights(scope, entries)
  for (const warning of plan.warnings) yield scope.event({ type: 'notice', text: warning })
  // First: should we be interrupted, nothing passes for proved that may be half undone.
  await work.deps.progress?.forget(plan.to)
  const leaves = plan.to === null && !options.include && plan.questions.some(({ work: { kind } }) => kind === 'restore')
  const keepsRecord = leaves || plan.keepRecord === true
  if (leaves) {
    const text = 'What was changed by somebody else is left alone, and so the record of how it was before is kept.'
    yield scope.event({ type: 'notice', text })
  }
  if (plan.edited.length > 0) yield scope.event({ type: 'notice', text: await keepEdited(scope, plan.edited) })
  const ran = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    if (entry.rank === ranks.state) {
      // Whatever could not be undone this time needs the record the next time.
      if (!result.ok || keepsRecord) continue
      await forgetBaseline(work.deps, work.track)
    }
    // One apply line puts several objects right.
    if (entry.work.kind === 'action' && ran.has(`${entry.work.stage.id}/${entry.work.action.id}`)) continue
    if (entry.work.kind === 'action') ran.add(`${entry.work.stage.id}/${entry.work.action.id}`)
    const done = yield* runEntry(scope, entry, index)
    if (done.ok) result.done++
    else {
      result.ok = false
      result.failed.push({ command: entry.command, message: done.message ?? 'did not succeed' })
    }
  }
  scope.memory.vehicles.clear()
  if (result.ok) {
    await forgetWritten(work.deps, work.track, plan.to)
    if (plan.to === null && !keepsRecord) await forgetBaseline(work.deps, work.track)
  }
  return result
}

/** What somebody changed by hand is in no file yet: it is put into one before it goes. */
async function keepEdited({ deps }: Scope, edited: readonly KubeObject[]): Promise<string> {
  const at = deps.clock.now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const name = `../edited/${at}.yaml`
  const { path, shownPath = path } = await deps.files.writeManifest(name, edited.map(cleaned))
  return `What was changed by hand is kept in ${shownPath} of the working folder.`
}

async function requireRights(scope: Scope, entries: readonly ResetEntry[]): Promise<void> {
  const { cluster } = scope.deps
  // In the sandbox everything is allowed.
  if (cluster.isSandbox || !cluster.refusals) return
  const operations = entries.map(({ work }) => operationOf(work, scope)).filter((operation) => operation !== null)
  const refused = await cluster.refusals(operations)
  if (refused.length > 0) throw resetNotAllowed(refused)
}

function operationOf(work: ResetEntry['work'], scope: Scope): Operation | null {
  switch (work.kind) {
    case 'operation':
      return work.operation
    case 'restore':
      return { kind: 'apply', path: '', objects: [work.object] }
    case 'action':
      return actionKind(work.action).operation(work.action, scope)
  }
}

async function* runEntry(
  scope: Scope,
  entry: ResetEntry,
  index: number,
): AsyncGenerator<WorkshopEvent, { ok: boolean; message?: string }> {
  if (entry.work.kind === 'action') {
    const { step, stage, action } = entry.work
    const own = await openScope(scope, step.number)
    return { ok: yield* runAction({ ...own, event: scope.event }, stage, action) }
  }
  const started = scope.deps.clock.monotonic()
  const place = { stage: 'reset', action: `reset-${index + 1}` }
  yield scope.event({ type: 'action-started', ...place, title: entry.reason, command: entry.command })
  const result = yield* streamed<WorkshopEvent, OperationResult>((push) =>
    perform(scope, entry, (chunk) => push(scope.event({ type: 'action-output', ...place, ...chunk }))),
  )
  scope.signal.throwIfAborted()
  yield scope.event({
    type: 'action-finished',
    ...place,
    ok: result.ok,
    ...(result.message ? { message: result.message } : {}),
    ...(result.hint ? { hint: result.hint } : {}),
    ms: Math.round(scope.deps.clock.monotonic() - started),
  })
  return result
}

async function perform(
  scope: Scope,
  entry: ResetEntry,
  onOutput: (chunk: { stream: 'stdout' | 'stderr'; text: string }) => void,
): Promise<OperationResult> {
  const { cluster } = scope.deps
  switch (entry.work.kind) {
    case 'restore':
      await cluster.put(entry.work.object)
      return { ok: true, exitCode: 0 }
    case 'operation': {
      const { operation } = entry.work
      if (operation.kind === 'delete-object') {
        try {
          if ((await cluster.get(operation.ref)) === null) return { ok: true, exitCode: 0 }
        } catch (error) {
          if (statusOf(error) === null) throw error
        }
      }
      const carryItOut = (signal: AbortSignal) => cluster.executor.run(operation, { signal, onOutput })
      return operation.kind === 'delete-object'
        ? unlessHeldUp(scope, operation.ref, carryItOut)
        : carryItOut(scope.signal)
    }
    case 'action':
      throw new Error('actions run as actions')
  }
}
