/** What one step's run carries along: who it talks to, what it remembers, and how its events are stamped. */
import type { Features, KubeObject } from '../cluster/port.ts'
import type { Action, Stage, Track } from '../workshop/step.ts'
import type { EngineDeps } from './deps.ts'
import type { EventBase, WorkshopEvent } from './events.ts'
import { createWorldFollower, type FollowWorld } from './follow-world.ts'
import type { Vehicle } from './probes/vehicle.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
export type EventFields = DistributiveOmit<WorkshopEvent, keyof EventBase>

/** Lives as long as the process works on one cluster. */
export interface Memory {
  /** Pod uid -> how probes run in it. */
  vehicles: Map<string, Vehicle>
  /** Step -> labels of every pod before its first action. */
  labelsBefore: Map<number, LabelDump>
  /** Steps this user was seen to have the rights for. */
  allowed: Set<number>
  /** Stages whose policies the learner wrote. */
  written: Set<string>
  /** The policy engine's world of the last reading, and the next one made from it. */
  follow: FollowWorld
  /** When the last action of the stage ended (monotonic), for the time to convergence. */
  actedAt: number | null
}

/** Pod uid -> its name and labels. */
export type LabelDump = ReadonlyMap<string, { pod: string; labels: Readonly<Record<string, string>> }>

export interface Scope {
  deps: EngineDeps
  track: Track
  step: number
  features: Features
  memory: Memory
  signal: AbortSignal
  /** Writes every change down before it is made. */
  recorder?: ChangeRecorder
  event(fields: EventFields): WorkshopEvent
}

export interface ChangeRecorder {
  before(scope: Scope, stage: Stage, action: Action): Promise<void>
}

export function createMemory(): Memory {
  return {
    vehicles: new Map(),
    labelsBefore: new Map(),
    allowed: new Set(),
    written: new Set(),
    follow: createWorldFollower(),
    actedAt: null,
  }
}

/** Events of one track and step, stamped by the injected clock. */
export function stampEvents(deps: EngineDeps, track: string, step: number): (fields: EventFields) => WorkshopEvent {
  return (fields) => ({ v: 1, at: deps.clock.now().toISOString(), track, step, ...fields }) as WorkshopEvent
}

/** What all steps of one piece of work share. */
export interface Work {
  deps: EngineDeps
  track: Track
  memory: Memory
  signal: AbortSignal
  recorder?: ChangeRecorder
}

export async function openScope(work: Work, step: number): Promise<Scope> {
  const { features } = await work.deps.cluster.surface()
  return { ...work, step, features, event: stampEvents(work.deps, work.track.id, step) }
}

export function dumpLabels(pods: readonly KubeObject[]): LabelDump {
  return new Map(
    pods.map((pod) => [
      pod.metadata.uid ?? `${pod.metadata.namespace}/${pod.metadata.name}`,
      { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, labels: pod.metadata.labels ?? {} },
    ]),
  )
}
