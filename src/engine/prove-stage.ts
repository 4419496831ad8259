/** All proofs of a stage: first what can be read off the objects, then every connection at once. */

import type { KindRef } from '../cluster/port.ts'
import type { OtherPage, Proof, Stage } from '../workshop/step.ts'
import { unenforced, unenforcedText } from './enforcement.ts'
import type { WorkshopEvent } from './events.ts'
import { isProbing, planStage } from './probes/plan.ts'
import { isPage, type ProbeOutcome, runProbes } from './probes/run-probes.ts'
import { type Checked, type Detail, fine, note, wrong } from './proofs/check.types.ts'
import { type CheckedProof, checkOf } from './proofs/table.ts'
import type { Scope } from './scope.ts'
import { namespacesOf, readSnapshot, type Snapshot, worldKinds } from './snapshot.ts'
import { streamed } from './streamed.ts'
import { skipReason } from './when.ts'

export interface StageResult {
  ok: boolean
  probes: { total: number; ok: number }
}

export async function* proveStage(scope: Scope, stage: Stage): AsyncGenerator<WorkshopEvent, StageResult> {
  const proofs: Proof[] = []
  for (const proof of stage.proofs) {
    const skipped = skipProof(scope, stage, proof)
    if (skipped === null) proofs.push(proof)
    else yield finished(scope, stage, proof, { ok: true, details: [], skipped })
  }
  const checks = proofs.filter((proof): proof is CheckedProof => !isProbing(proof))
  let snapshot = await readSnapshot(
    scope.deps.cluster,
    withKinds(
      worldKinds,
      checks.flatMap((proof) => [...checkOf(proof).kinds(proof)]),
    ),
    namespacesOf(scope.track),
  )
  let allOk = true
  // One deadline for all of them: each of twenty that will not come true would wait for its own, minutes in all.
  const patience = { ms: scope.deps.options.deadlineMs }
  for (const proof of checks) {
    yield scope.event({ type: 'proof-started', stage: stage.id, proof: proof.id, title: proof.title, probes: 0 })
    const result = await settleCheck(scope, proof, snapshot, patience)
    if (result.reread) snapshot = await readSnapshot(scope.deps.cluster, worldKinds, namespacesOf(scope.track))
    allOk &&= result.ok
    yield finished(scope, stage, proof, result)
  }

  const planned = planStage(scope, stage, snapshot).filter((one) => proofs.some((proof) => proof.id === one.proof))
  const probing = proofs.filter(isProbing)
  for (const proof of probing) {
    const probes = planned.filter((one) => one.proof === proof.id).length
    yield scope.event({ type: 'proof-started', stage: stage.id, proof: proof.id, title: proof.title, probes })
  }
  const outcomes =
    planned.length === 0
      ? []
      : yield* streamed<WorkshopEvent, ProbeOutcome[]>((push) => runProbes(scope, stage.id, planned, snapshot, push))
  const flowing = unenforced(outcomes)
  if (flowing !== null) {
    const text = await unenforcedText(scope.deps.cluster, flowing)
    yield scope.event({ type: 'notice', stage: stage.id, text })
  }
  for (const proof of probing) {
    const own = outcomes.filter((outcome) => outcome.planned.proof === proof.id)
    const other = otherPage(proof, own[0])
    const ok = own.every((outcome) => outcome.ok)
    const said = other?.say.trim()
    allOk &&= ok
    if (said !== undefined && other?.under !== undefined) {
      // A page that is not the shop's own says nothing about the shop: no tick for the claim.
      yield finished(scope, stage, proof, { ok, details: [], skipped: said })
      continue
    }
    if (said !== undefined) yield scope.event({ type: 'notice', stage: stage.id, text: said })
    yield finished(scope, stage, proof, { ok, details: [...summary(own), ...(said === undefined ? [] : [note(said)])] })
  }
  scope.memory.actedAt = null
  yield scope.event({ type: 'stage-finished', stage: stage.id, ok: allOk })
  return { ok: allOk, probes: { total: outcomes.length, ok: outcomes.filter((outcome) => outcome.ok).length } }
}

/** The other answer that was accepted, if it was. */
function otherPage(proof: Proof, outcome: ProbeOutcome | undefined): OtherPage | undefined {
  if (proof.kind !== 'http' || !proof.or || !outcome || outcome.httpStatus === proof.status) return undefined
  return isPage(proof.or, outcome) ? proof.or : undefined
}

function skipProof(scope: Scope, stage: Stage, proof: Proof): string | null {
  if (proof.unlessWritten && scope.memory.written.has(stage.id)) return 'not asked of policies you wrote yourself'
  return skipReason(proof.when, scope.features)
}

function finished(scope: Scope, stage: Stage, proof: Proof, result: Checked & { skipped?: string }): WorkshopEvent {
  const { ok, details, skipped } = result
  return scope.event({
    type: 'proof-finished',
    stage: stage.id,
    proof: proof.id,
    title: proof.title,
    ok,
    details: details.map(({ text }) => text),
    ...(details.length > 0 ? { marks: details.map(({ mark }) => mark) } : {}),
    ...(skipped === undefined ? {} : { skipped }),
  })
}

/** Looks until it holds or the time is up: pods become ready, controllers act. */
async function settleCheck(
  scope: Scope,
  proof: CheckedProof,
  first: Snapshot,
  patience: { ms: number },
): Promise<Checked & { reread: boolean }> {
  const { clock, options, cluster, sleep } = scope.deps
  const check = checkOf(proof)
  const started = clock.monotonic()
  let pause = options.pollMs
  let waited = 0
  let snapshot = first
  for (;;) {
    const result = check.check(proof, snapshot, scope)
    const spent = Math.max(waited, clock.monotonic() - started)
    if (result.ok || spent >= patience.ms) {
      patience.ms = Math.max(0, patience.ms - spent)
      return { ...result, reread: snapshot !== first }
    }
    await sleep(pause, scope.signal)
    waited += pause
    pause = Math.min(pause * 2, options.pollMs * 8)
    snapshot = await readSnapshot(cluster, withKinds([], [...check.kinds(proof)]), namespacesOf(scope.track))
  }
}

function withKinds(base: readonly KindRef[], more: readonly KindRef[]): KindRef[] {
  return [...new Map([...base, ...more].map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind])).values()]
}

function summary(outcomes: readonly ProbeOutcome[]): Detail[] {
  const right = outcomes.filter((outcome) => outcome.ok)
  const open = right.filter((outcome) => outcome.actual === 'open').length
  const counted = `${right.length} of ${outcomes.length} as expected (${open} open, ${right.length - open} blocked)`
  return [
    right.length === outcomes.length ? fine(counted) : note(counted),
    ...outcomes
      .filter((outcome) => !outcome.ok)
      .map(({ planned, actual, httpStatus }) => {
        const { to, from } = planned.probe
        const target = `${to.service ?? to.pod ?? to.host}${to.port === undefined ? '' : `:${to.port}`}`
        return wrong(
          `${from.workload} to ${target}: expected ${planned.pages?.[0] ? `HTTP ${planned.pages[0].status}` : planned.expected}, got ${httpStatus === undefined ? actual : `HTTP ${httpStatus}`}`,
        )
      }),
  ]
}
