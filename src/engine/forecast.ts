/**
 * What a file the learner writes would do, beside what its stage wants. Decided by the policy engine over the cluster's
 * objects; nothing is applied. The rest of the stage's own actions count as done.
 */
import type { KubeObject } from '../cluster/port.ts'
import { goalLines } from '../text/goal-lines.ts'
import { whyText } from '../text/why.ts'
import type { Proof, Stage } from '../workshop/step.ts'
import { judgeOf } from './judge.ts'
import { isProbing, type PlannedProbe, planStage } from './probes/plan.ts'
import { pending } from './proofs/pending.ts'
import type { Scope } from './scope.ts'
import { changed, withApplied } from './session/predict.ts'
import { createSnapshot, type Snapshot } from './snapshot.ts'
import { skipReason } from './when.ts'
import { isOwnFile } from './write-yourself.ts'

interface ForecastFlow {
  from: string
  to: string
  port?: number
  expected: 'open' | 'blocked'
  why: string
}

/** A connection the stage wants open or shut, and what it would be. */
interface WantedFlow extends ForecastFlow {
  predicted: 'open' | 'blocked' | 'undecided'
  ok: boolean
}

export interface Forecast {
  /** Every connection that was compared, the wrong ones too. */
  flows: WantedFlow[]
  /** Connections and other claims of the stage that would come out as it wants. */
  right: number
  total: number
  wrong: ForecastFlow[]
  /** Claims that are not about one connection and would not hold. */
  notes: string[]
  /** Pairs of the track's matrix that the file alone opens or closes. */
  opens: string[]
  closes: string[]
}

const known = new WeakMap<Snapshot, Map<string, boolean>>()

/** Whether the cluster as it stands has the flows this stage wants, however its policies are called and written. */
export function hasWantedFlows(scope: Scope, stage: Stage, snapshot: Snapshot): boolean {
  const answers = known.get(snapshot) ?? new Map<string, boolean>()
  known.set(snapshot, answers)
  let answer = answers.get(stage.id)
  if (answer === undefined) {
    const { right, total } = compare(scope, stage, afterOthers(scope, stage, snapshot))
    answer = total > 0 && right === total
    answers.set(stage.id, answer)
  }
  return answer
}

/** With the learner's file applied. Throws what reading the file throws. */
export function forecastFile(scope: Scope, stage: Stage, snapshot: Snapshot): Forecast {
  const own = stage.actions.find(isOwnFile)
  return forecastObjects(scope, stage, snapshot, own ? scope.deps.files.objects(own.manifest) : [])
}

/** With these objects applied, whatever file they come from. */
export function forecastObjects(
  scope: Scope,
  stage: Stage,
  snapshot: Snapshot,
  objects: readonly KubeObject[],
): Forecast {
  const applied = createSnapshot(withApplied(snapshot.objects, objects), snapshot.unread)
  const before = verdicts(scope, pairs(scope, snapshot), snapshot)
  const after = verdicts(scope, pairs(scope, applied), applied)
  const turned = (verdict: string) =>
    [...after].filter(([pair, now]) => now === verdict && (before.get(pair) ?? now) !== now).map(([pair]) => pair)
  return {
    ...compare(scope, stage, afterOthers(scope, stage, applied)),
    opens: turned('open'),
    closes: turned('blocked'),
  }
}

export function forecastLines(forecast: Forecast, file: string): string[] {
  const { opens, closes } = forecast
  const list = (word: string, flows: readonly string[]) =>
    flows.length === 0 ? [] : [`${file} ${word} ${flows.length}: ${some(flows, 12)}.`]
  const change = [...list('opens', opens), ...list('closes', closes)]
  return [...(change.length > 0 ? change : [`${file} opens and closes nothing.`]), ...goalLines(forecast)]
}

function some(items: readonly string[], most: number): string {
  const rest = items.length - most
  return `${items.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function afterOthers(scope: Scope, stage: Stage, snapshot: Snapshot): Snapshot {
  let objects = snapshot.objects
  for (const action of stage.actions) {
    if (isOwnFile(action) || skipReason(action.when, scope.features) !== null) continue
    objects = changed(action, objects, scope.deps.files) ?? objects
  }
  return objects === snapshot.objects ? snapshot : createSnapshot(objects, snapshot.unread)
}

type Compared = Pick<Forecast, 'flows' | 'right' | 'total' | 'wrong' | 'notes'>

function compare(scope: Scope, stage: Stage, snapshot: Snapshot): Compared {
  const proofs = stage.proofs.filter((proof) => !proof.unlessWritten && skipReason(proof.when, scope.features) === null)
  const planned = new Map<string, PlannedProbe>()
  for (const one of planStage(scope, { ...stage, proofs: proofs.filter(isProbing) }, snapshot))
    if (isDecidable(one)) planned.set(`${one.workload} ${one.target?.key} ${one.probe.tool}`, one)
  const flows: WantedFlow[] = []
  const judge = judgeOf(snapshot, scope.memory)
  for (const one of planned.values()) {
    const decided = judge.decide(one, null)
    if (!decided) continue
    const { to } = one.probe
    const predicted = verdictOf(decided)
    flows.push({
      from: one.workload,
      to: to.service ?? to.pod ?? to.host ?? '',
      ...(to.port === undefined ? {} : { port: to.port }),
      expected: one.expected,
      why: whyText(decided),
      predicted,
      ok: predicted === one.expected,
    })
  }
  const right = flows.filter(({ ok }) => ok).length
  const wrong = flows.filter(({ ok }) => !ok)
  const result: Compared = { flows, right, total: flows.length, wrong, notes: [] }
  for (const proof of proofs.filter((one): one is Extract<Proof, { kind: 'pending' }> => one.kind === 'pending')) {
    result.total++
    const { ok, details } = pending.check(proof, snapshot, scope)
    if (ok) result.right++
    else result.notes.push(`${proof.title}: ${details.map(({ text }) => text).join('; ')}`)
  }
  return result
}

/** Pages and outside names depend on more than policy. */
function isDecidable({ source, target, pages }: PlannedProbe): boolean {
  return source !== null && target !== null && target.kind !== 'outside' && pages === undefined
}

function pairs(scope: Scope, snapshot: Snapshot): PlannedProbe[] {
  const at = { file: '', line: 1, column: 1 }
  const every: Proof = { kind: 'matrix', id: 'every', title: '', set: '', open: [], at }
  return planStage(scope, { id: '', actions: [], proofs: [every] }, snapshot).filter(isDecidable)
}

function verdicts(scope: Scope, planned: readonly PlannedProbe[], snapshot: Snapshot): Map<string, string> {
  const judge = judgeOf(snapshot, scope.memory)
  return new Map(
    planned.flatMap((one) => {
      const decided = judge.decide(one, null)
      return decided ? [[`${one.workload} to ${one.probe.to.service}:${one.probe.to.port}`, verdictOf(decided)]] : []
    }),
  )
}

function verdictOf({
  egress,
  ingress,
}: {
  egress: { verdict: string }
  ingress: { verdict: string }
}): WantedFlow['predicted'] {
  const sides = [egress.verdict, ingress.verdict]
  return sides.every((verdict) => verdict === 'allow') ? 'open' : sides.includes('deny') ? 'blocked' : 'undecided'
}
