/** One source pod's probes: all of them in one exec, again and again until each result settles or the time is up. */
import type { ProbeReading, ProbeTry } from '../../cluster/port.ts'
import type { Scope } from '../scope.ts'
import { createSnapshot } from '../snapshot.ts'
import type { PlannedProbe } from './plan.ts'
import { findSource, type SourcePod } from './targets.ts'
import { addVehicles, findVehicles, podKey } from './vehicle.ts'

export interface Item {
  planned: PlannedProbe
  /** A control of our own: neither shown nor counted. */
  hidden: boolean
  attempts: number
  /** How many times in a row it timed out as expected. */
  streak: number
  /** Start of the first attempt of the matching streak. */
  matchedAt: number | null
  last: ProbeReading | null
  state: 'open' | 'confirmed' | 'settled'
}

export interface Poll {
  scope: Scope
  source: SourcePod
  items: readonly Item[]
  /** The source control, sent along until it has completed once. */
  control: ProbeTry | null
  say(text: string): void
  /** A reading came in. True when it ends the item. */
  note(item: Item, reading: ProbeReading, attemptAt: number): void
  controlOpen(): void
  /** Ends an item without a result that counts. */
  giveUp(item: Item, reason: string, remedy: string): void
}

/** A blocked result counts only when seen twice in a row. */
export const confirmations = 2
const hiddenAttempts = 3

export async function pollSource(poll: Poll): Promise<void> {
  const { scope, items } = poll
  const { cluster, clock } = scope.deps
  let { source } = poll
  let controlDone = poll.control === null
  let trouble: string | null = null
  let replaced = 0
  const wait = createWait(scope)
  for (;;) {
    const open = items.filter((item) => item.state === 'open')
    if (open.length === 0) return
    const vehicle = scope.memory.vehicles.get(podKey(source.pod))
    if (!vehicle || vehicle.kind === 'none') {
      for (const item of open) poll.giveUp(item, vehicle?.reason ?? 'no way into the pod', vehicle?.remedy ?? '')
      return
    }
    const tries = new Map(open.map((item) => [item.planned.try.key, item.planned.try]))
    if (!controlDone) tries.set(poll.control!.key, poll.control!)
    const attemptAt = clock.monotonic()
    const result = await cluster.probe(
      { namespace: source.namespace, pod: vehicle.pod, container: vehicle.container, probes: [...tries.values()] },
      scope.signal,
    )
    scope.signal.throwIfAborted()
    if (result.kind === 'ran') {
      trouble = null
      if (!controlDone && result.readings.get(poll.control!.key)?.outcome === 'open') {
        controlDone = true
        poll.controlOpen()
      }
      if (
        vehicle.kind === 'own' &&
        open.some((item) => result.readings.get(item.planned.try.key)?.outcome === 'cannot-run')
      ) {
        await addVehicles(scope, [source], poll.say)
        continue
      }
      for (const item of open) {
        poll.note(item, result.readings.get(item.planned.try.key) ?? cutShort(item.planned.try), attemptAt)
        if (item.hidden && item.state === 'open' && item.attempts >= hiddenAttempts) item.state = 'settled'
      }
    } else if (result.reason === 'no-shell') {
      if (vehicle.kind !== 'own') {
        for (const item of open)
          poll.giveUp(item, result.message, 'Name another image with --probe-image: this one has no shell.')
        return
      }
      await addVehicles(scope, [source], poll.say)
      continue
    } else if (result.reason === 'forbidden') {
      for (const item of open) {
        poll.giveUp(
          item,
          result.message,
          `Ask for get and create on pods/exec in namespace ${source.namespace} (hipster-workshop doctor --rbac prints the role).`,
        )
      }
      return
    } else {
      trouble = result.message
      if ((result.reason === 'pod-missing' || result.reason === 'container-missing') && replaced++ < 20) {
        scope.memory.vehicles.delete(podKey(source.pod))
        source = (await findAgain(scope, source)) ?? source
        await findVehicles(scope, [source], poll.say)
      }
    }
    const left = items.filter((item) => item.state === 'open')
    if (left.length === 0) return
    if (wait.isOver(left)) {
      if (trouble !== null) {
        for (const item of left.filter((item) => item.last === null || item.streak > 0)) {
          poll.giveUp(
            item,
            `the connection into ${source.pod.metadata.name} was cut each time: ${trouble}`,
            'Prove again; if it stays, look at the API server and the node.',
          )
        }
      }
      return
    }
    // A result that only waits for its confirmation needs no pause.
    if (trouble === null && left.every((item) => item.streak > 0)) continue
    await wait.pause()
  }
}

function cutShort(line: ProbeTry): ProbeReading {
  return {
    outcome: 'unclear',
    detail: 'the probe did not finish',
    evidence: { command: `${line.tool} ${line.host}`, exitCode: null, output: '' },
  }
}

/** The pod that took the place of one that is gone, or the same pod read again. */
async function findAgain(scope: Scope, source: SourcePod): Promise<SourcePod | null> {
  const pods = await scope.deps.cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: source.namespace })
  const typed = pods.map((pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' }))
  return findSource(scope.track.topology, createSnapshot(typed), source.workload)
}

/** The deadline in waited time as well as in clock time, so that a clock that stands still ends it too. */
function createWait(scope: Scope): { isOver(left: readonly Item[]): boolean; pause(): Promise<void> } {
  const { clock, options } = scope.deps
  const started = clock.monotonic()
  let pause = options.pollMs
  let waited = 0
  let extra = false
  return {
    isOver(left) {
      if (Math.max(clock.monotonic() - started, waited) < options.deadlineMs) return false
      // One more round for what timed out just now and is not confirmed yet.
      if (!extra && left.some((item) => item.streak > 0)) {
        extra = true
        return false
      }
      return true
    },
    async pause() {
      await scope.deps.sleep(pause, scope.signal)
      waited += pause
      pause = Math.min(pause * 2, options.pollMs * 8)
    },
  }
}
