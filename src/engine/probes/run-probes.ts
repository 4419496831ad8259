/**
 * The probes of one stage: one exec per source pod, all sources at once. What is open settles as soon as it is seen;
 * what is blocked settles when it was seen twice and the controls of source and target hold.
 */
import type { ProbeReading } from '../../cluster/port.ts'
import type { Evidence, Probe, ProbeActual, WorkshopEvent } from '../events.ts'
import { judgeOf } from '../judge.ts'
import type { Scope } from '../scope.ts'
import { namespacesOf, readSnapshot, type Snapshot, worldKinds } from '../snapshot.ts'
import { createControls } from './controls.ts'
import { type PlannedProbe, planProbe, type WantedPage } from './plan.ts'
import { confirmations, type Item, pollSource } from './poll-source.ts'
import { remedyFor } from './remedies.ts'
import { clusterDns, type SourcePod, serviceProblem } from './targets.ts'
import { removeTwins } from './twin.ts'
import { findVehicles } from './vehicle.ts'

export interface ProbeOutcome {
  planned: PlannedProbe
  actual: ProbeActual
  ok: boolean
  /** The policies as they stand say no. */
  isDenied: boolean
  /** Of a page. */
  httpStatus?: number
  pageBytes?: number
  remedy?: string
}

export async function runProbes(
  scope: Scope,
  stage: string,
  planned: readonly PlannedProbe[],
  reading: Snapshot,
  push: (event: WorkshopEvent) => void,
): Promise<ProbeOutcome[]> {
  const { cluster, clock } = scope.deps
  const since = scope.memory.actedAt ?? clock.monotonic()
  const outcomes = new Map<Item, ProbeOutcome>()
  const controls = createControls(scope.track.topology.outsideControl)
  /** Outside names as they were reached: a source that is kept from one learns no address itself. */
  const addresses = new Map<string, string>()
  let snapshot = reading
  let judge = judgeOf(snapshot, scope.memory)

  const items = [...planned.map((one) => itemOf(one, false)), ...outsideControls(scope, planned, snapshot)]
  const announce = ({ planned: { set, probe, expected } }: Item) =>
    push(scope.event({ type: 'probe-started', stage, set, probe, expected }))
  for (const item of items) if (isShown(item)) announce(item)
  /** Results of probes that count only if the control succeeds; told at the end. */
  const held: { item: Item; tell(): void }[] = []
  /** Those of them whose container may not use the tool: ping without the right to raw sockets. */
  const unable: Item[] = []

  function settle(item: Item, actual: ProbeActual, ok: boolean, note?: { detail: string; remedy?: string }): void {
    item.state = 'settled'
    if (item.hidden) return
    if (item.planned.ifControl && !controlHolds(item)) {
      held.push({ item, tell: () => settle(item, actual, ok, note) })
      return
    }
    if (item.planned.ifControl) announce(item)
    const { set, probe, expected } = item.planned
    const decidedBy = judge.decide(item.planned, item.last, addresses.get(item.planned.target?.host ?? ''))
    const remedy = ok
      ? null
      : (note?.remedy ?? remedyFor(item.planned, actual, note?.detail ?? item.last?.detail ?? '', decidedBy))
    const why =
      !ok && note?.remedy !== undefined && note.detail !== '' ? `${note.detail}. ${note.remedy}`.trim() : remedy
    const { httpStatus, pageBytes } = item.last ?? {}
    outcomes.set(item, {
      planned: item.planned,
      actual,
      ok,
      isDenied: decidedBy !== null && [decidedBy.egress.verdict, decidedBy.ingress.verdict].includes('deny'),
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(pageBytes === undefined ? {} : { pageBytes }),
      ...(why ? { remedy: why } : {}),
    })
    push(
      scope.event({
        type: 'probe-settled',
        stage,
        set,
        probe: withPod(probe, item),
        expected,
        actual,
        ok,
        attempts: item.attempts,
        convergedMs: Math.max(0, Math.round((item.matchedAt ?? clock.monotonic()) - since)),
        evidence: evidenceOf(item),
        decidedBy,
        ...(why ? { remedy: why } : {}),
      }),
    )
  }

  function controlHolds({ planned: { target, probe } }: Item): boolean {
    return target !== null && controls.isReached(scope.track.topology.outsideControl, target, probe.tool)
  }

  /** Settles what was blocked twice and whose controls hold by now. */
  function settleBlocked(): void {
    for (const item of items) {
      if (item.state !== 'confirmed' || !item.planned.target) continue
      const { workload, target, probe } = item.planned
      if (controls.judge(workload, target, probe.tool, snapshot).kind === 'believed') settle(item, 'timed-out', true)
    }
  }

  function note(item: Item, got: ProbeReading, attemptAt: number): void {
    const { planned: one } = item
    item.attempts++
    item.last = got
    const address = one.target?.kind === 'outside' ? got.addresses?.[0] : undefined
    if (address !== undefined && one.target) addresses.set(one.target.host, address)
    if (got.outcome === 'open' && one.target) controls.reached(one.workload, one.target, one.probe.tool)
    if (matches(one, got)) {
      item.matchedAt ??= attemptAt
      if (one.expected === 'open') settle(item, 'open', true)
      else if (++item.streak >= confirmations) item.state = 'confirmed'
      return
    }
    item.streak = 0
    item.matchedAt = null
    if (got.outcome === 'cannot-run' && item.planned.ifControl) {
      item.state = 'settled'
      unable.push(item)
    } else if (got.outcome === 'cannot-run') settle(item, 'cannot-run', false)
    else if (item.planned.ifControl && item.attempts >= patience && !controlHolds(item))
      settle(item, 'not-probed', false)
    else if (isShown(item)) {
      push(
        scope.event({
          type: 'probe-attempted',
          stage,
          set: one.set,
          probe: one.probe,
          attempt: item.attempts,
          actual: got.outcome === 'unclear' ? 'cannot-run' : got.outcome,
          evidence: evidenceOf(item),
        }),
      )
    }
  }

  const bySource = new Map<string, { source: SourcePod; items: Item[] }>()
  for (const item of items) {
    const { source, target, workload } = item.planned
    if (!source) settle(item, 'cannot-run', false, missingPod(scope, workload))
    else if (!target)
      settle(item, 'not-probed', false, {
        detail: 'the target does not exist in this cluster',
        remedy: 'Do the steps before this one first.',
      })
    else {
      const group = bySource.get(workload)
      if (group) group.items.push(item)
      else bySource.set(workload, { source, items: [item] })
    }
  }

  const say = (text: string) => push(scope.event({ type: 'notice', stage, text }))
  const groups = [...bySource.values()]
  const dns = clusterDns(snapshot)
  try {
    await findVehicles(
      scope,
      groups.map((group) => group.source),
      say,
    )
    await Promise.all(
      groups.map(({ source, items: own }) =>
        pollSource({
          scope,
          source,
          items: own,
          control:
            dns && own.some((item) => item.planned.expected === 'blocked')
              ? { key: 'control', tool: 'nc', host: dns.address, port: 53 }
              : null,
          say,
          note(item, got, attemptAt) {
            note(item, got, attemptAt)
            settleBlocked()
          },
          controlOpen() {
            controls.sourceReached(source.workload)
            settleBlocked()
          },
          giveUp: (item, reason, remedy) => settle(item, 'cannot-run', false, { detail: reason, remedy }),
        }),
      ),
    )
  } finally {
    await removeTwins(
      scope,
      groups.map((group) => group.source),
    )
  }

  if (items.some((item) => item.state !== 'settled' && !item.hidden)) {
    // Endpoints or policies may have changed while probing: judge by what is there now.
    snapshot = await readSnapshot(cluster, worldKinds, namespacesOf(scope.track))
    judge = judgeOf(snapshot, scope.memory)
    settleBlocked()
    for (const item of items) if (item.state !== 'settled') settleUnmet(item)
  }

  function settleUnmet(item: Item): void {
    const { workload, target, probe } = item.planned
    if (item.state === 'confirmed' && target) {
      const judged = controls.judge(workload, target, probe.tool, snapshot)
      if (judged.kind === 'waiting') settle(item, 'not-probed', false, { detail: judged.reason, remedy: judged.remedy })
      return
    }
    if (item.streak > 0) {
      settle(item, 'not-probed', false, {
        detail: 'it timed out once, but that could not be confirmed',
        remedy: 'Prove again.',
      })
      return
    }
    const outcome = item.last?.outcome ?? 'unclear'
    const problem = outcome === 'timed-out' && target ? serviceProblem(snapshot, target) : null
    if (problem) {
      const remedy = `See kubectl get service,endpointslices -n ${target?.to.namespace}.`
      settle(item, 'not-probed', false, { detail: problem, remedy })
      return
    }
    settle(item, outcome === 'unclear' ? 'cannot-run' : outcome, false)
  }

  for (const { item, tell } of held) {
    if (controlHolds(item)) tell()
  }
  const left = held.filter(({ item }) => !controlHolds(item)).map(({ item: { planned: one } }) => one)
  if (left.length > 0) {
    const pairs = left.map((one) => `${one.workload} to ${one.target?.host ?? one.probe.to.host}`).join(', ')
    const { outsideControl } = scope.track.topology
    say(
      `not probed, ${left[0]!.probe.tool}: ${pairs}. It does not work from ${outsideControl} either, so here it proves nothing.`,
    )
  }
  const [first] = unable
  if (first) {
    const pairs = unable.map(({ planned: one }) => `${one.workload} to ${one.target?.host ?? one.probe.to.host}`)
    say(`not probed, ${first.planned.probe.tool}: ${pairs.join(', ')}. ${first.last?.detail ?? 'It cannot run there'}.`)
  }
  return items.flatMap((item) => outcomes.get(item) ?? [])
}

/** Attempts a probe gets while its control has not succeeded. */
const patience = 3

function isShown(item: Item): boolean {
  return !item.hidden && !item.planned.ifControl
}

function itemOf(planned: PlannedProbe, hidden: boolean): Item {
  return { planned, hidden, attempts: 0, streak: 0, matchedAt: null, last: null, state: 'open' }
}

/** Outside names that should be blocked are also tried from the source that may go anywhere, in the same run. */
function outsideControls(scope: Scope, planned: readonly PlannedProbe[], snapshot: Snapshot): Item[] {
  const { outsideControl } = scope.track.topology
  const covered = new Set(planned.filter((one) => one.workload === outsideControl).map((one) => one.try.key))
  const missing = new Map<string, Item>()
  for (const one of planned) {
    if (
      (one.expected !== 'blocked' && !one.ifControl) ||
      one.target?.kind !== 'outside' ||
      covered.has(one.try.key) ||
      missing.has(one.try.key)
    )
      continue
    const { tool } = one.probe
    const { host, port } = one.target
    const spec = {
      id: `control:${one.try.key}`,
      from: outsideControl,
      to: host,
      tool,
      expect: 'open' as const,
      ...(port === undefined ? {} : { port }),
    }
    missing.set(one.try.key, itemOf(planProbe(scope, snapshot, one.proof, 'control', spec), true))
  }
  return [...missing.values()]
}

function matches(planned: PlannedProbe, reading: ProbeReading): boolean {
  // Only a time-out can prove a block, only a completed connection is open (workshop.md, "what makes a result count").
  if (planned.expected === 'blocked') return reading.outcome === 'timed-out'
  if (reading.outcome !== 'open') return false
  return planned.pages === undefined || planned.pages.some((page) => isPage(page, reading))
}

/** An unknown size is no small one. */
export function isPage({ status, under }: WantedPage, got: { httpStatus?: number; pageBytes?: number }): boolean {
  return got.httpStatus === status && (under === undefined || (got.pageBytes ?? under) < under)
}

function withPod(probe: Probe, item: Item): Probe {
  const pod = item.planned.source?.pod.metadata.name
  return pod === undefined ? probe : { ...probe, from: { ...probe.from, pod } }
}

function evidenceOf(item: Item): Evidence {
  return item.last?.evidence ?? { command: '', exitCode: null, output: '' }
}

function missingPod(scope: Scope, workload: string): { detail: string; remedy: string } {
  const place = scope.track.topology.sources.find((source) => source.name === workload)
  if (!place) return { detail: `${workload} is not one of the track's pods`, remedy: '' }
  return {
    detail: `no pod with ${place.selector} in namespace ${place.namespace}`,
    remedy: `See kubectl get pods -n ${place.namespace}; step 0 makes it.`,
  }
}
