import type { KubeObject, SimClock, Store } from '../contracts.ts'
import { microStamp, stamp } from './stamps.ts'

interface EventInput {
  type?: 'Normal' | 'Warning'
  reason: string
  message: string
  component: string
  /** The node, for the kubelet's events. */
  host?: string
  /** `spec.containers{server}`. */
  fieldPath?: string
  /** The new recorder (scheduler): `eventTime` and an action instead of first and last time. */
  action?: string
}

export type EventRecorder = (about: KubeObject, event: EventInput) => void

/** As many as a lab cluster holds after an hour; the oldest go first. */
const KEPT = 1000

/**
 * Writes `events` as the Kubernetes recorder does: the same thing said again about the same object raises `count` and
 * the last time instead of adding an event.
 */
export function createEventRecorder(store: Store, clock: SimClock): EventRecorder {
  let serial = 0
  const known = new Map<string, { namespace: string; name: string }>()
  // Those of an earlier run count too, oldest first.
  const earlierRun = store
    .list('events')
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
  for (const { metadata, involvedObject, reason, message, reportingComponent } of earlierRun) {
    const about = involvedObject ?? {}
    const identity = identityOf(about.kind, about.uid, reason, message, reportingComponent, about.fieldPath)
    known.set(identity, { namespace: metadata.namespace!, name: metadata.name })
  }

  return (about, event) => {
    const namespace = about.metadata.namespace ?? 'default'
    // A namespace on its way out takes nothing new in.
    const home = store.get('namespaces', undefined, namespace)
    if (!home || home.metadata.deletionTimestamp) return
    const { kind, metadata } = about
    const identity = identityOf(kind, metadata.uid, event.reason, event.message, event.component, event.fieldPath)
    const earlier = known.get(identity)
    const now = clock.now()
    if (earlier && !event.action) {
      const stored = store.modify('events', earlier.namespace, earlier.name, (draft) => {
        draft.count = (draft.count ?? 1) + 1
        draft.lastTimestamp = stamp(now)
      })
      if (stored) return
    }
    serial += 1
    const id = (BigInt(now.getTime()) * 1_000_000n + BigInt(serial)).toString(16)
    const name = `${about.metadata.name}.${id}`
    store.create('events', {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { name, namespace },
      involvedObject: {
        kind: about.kind,
        ...(about.metadata.namespace ? { namespace: about.metadata.namespace } : {}),
        name: about.metadata.name,
        uid: about.metadata.uid,
        apiVersion: about.apiVersion,
        resourceVersion: about.metadata.resourceVersion,
        ...(event.fieldPath ? { fieldPath: event.fieldPath } : {}),
      },
      reason: event.reason,
      message: event.message,
      source: event.action ? {} : { component: event.component, ...(event.host ? { host: event.host } : {}) },
      firstTimestamp: event.action ? null : stamp(now),
      lastTimestamp: event.action ? null : stamp(now),
      ...(event.action ? {} : { count: 1 }),
      type: event.type ?? 'Normal',
      eventTime: event.action ? microStamp(now) : null,
      ...(event.action ? { action: event.action } : {}),
      reportingComponent: event.component,
      reportingInstance: event.action ? `${event.component}-${event.host ?? ''}` : (event.host ?? ''),
    })
    known.set(identity, { namespace, name })
    forget()
  }

  /** Oldest first: the map keeps the order of creation. */
  function forget(): void {
    while (known.size > KEPT) {
      const [identity, oldest] = known.entries().next().value!
      known.delete(identity)
      store.remove('events', oldest.namespace, oldest.name)
    }
  }
}

function identityOf(...parts: (string | undefined)[]): string {
  return parts.join('|')
}
