/**
 * The policy engine's decisions on the store's objects, as the dataplane would have them at this moment: a policy or
 * label may take a while to arrive (`enforcementDelayMs`), an address never does.
 */
import { applyChanges } from '../../policy/apply.ts'
import { evaluate } from '../../policy/evaluate.ts'
import type { Flow, Peer } from '../../policy/model.ts'
import { createWorld, type World } from '../../policy/world.ts'
import type { Change, KubeObject, SimClock, Store } from '../contracts.ts'

const ENDPOINTS = ['pods', 'namespaces', 'serviceaccounts', 'services', 'endpointslices.discovery.k8s.io']
const POLICIES = [
  'networkpolicies.networking.k8s.io',
  'clusternetworkpolicies.policy.networking.k8s.io',
  'tiers.projectcalico.org',
  'networkpolicies.projectcalico.org',
  'globalnetworkpolicies.projectcalico.org',
  'stagednetworkpolicies.projectcalico.org',
  'stagedglobalnetworkpolicies.projectcalico.org',
  'stagedkubernetesnetworkpolicies.projectcalico.org',
  'networksets.projectcalico.org',
  'globalnetworksets.projectcalico.org',
  'hostendpoints.projectcalico.org',
  'profiles.projectcalico.org',
]
const RELEVANT = new Set([...ENDPOINTS, ...POLICIES])

export interface Verdicts {
  /** Only a decided deny drops: an end the policy engine does not know has no policies. */
  allows(flow: Flow): boolean
  /** Called after something that may change a verdict is in force. */
  onChange(listener: () => void): void
  close(): void
}

export interface VerdictsOptions {
  store: Store
  clock: SimClock
  enforcementDelayMs: number
}

export function createVerdicts({ store, clock, enforcementDelayMs }: VerdictsOptions): Verdicts {
  const inForce = new Map<string, KubeObject>()
  const listeners: (() => void)[] = []
  const closing = new AbortController()
  /** What came, changed (true) or went (false) since the world was made. */
  const pending = new Map<string, { object: KubeObject; isThere: boolean }>()
  /** Answers of this world: probes ask the same again and again. */
  const decided = new Map<string, boolean>()
  let world: World | null = null

  const currentWorld = (): World => {
    if (world === null) world = createWorld([...inForce.values()], { complete: true })
    else if (pending.size > 0) {
      const changes = [...pending.values()]
      world = applyChanges(world, {
        put: changes.filter(({ isThere }) => isThere).map(({ object }) => object),
        remove: changes.filter(({ isThere }) => !isThere).map(({ object }) => object),
      })
    }
    pending.clear()
    return world
  }

  const put = (key: string, object: KubeObject | undefined): void => {
    const changed = object ?? inForce.get(key)
    if (changed === undefined) return
    if (object === undefined) inForce.delete(key)
    else inForce.set(key, object)
    pending.set(key, { object: changed, isThere: object !== undefined })
    decided.clear()
    for (const listener of listeners) listener()
  }
  for (const resource of RELEVANT)
    for (const object of store.list(resource)) inForce.set(keyOf(resource, object), object)

  const onStoreChange = (change: Change): void => {
    if (!RELEVANT.has(change.resource) || !matters(change)) return
    const key = keyOf(change.resource, change.object)
    const next = change.type === 'DELETED' ? undefined : change.object
    if (enforcementDelayMs <= 0) {
      put(key, next)
      return
    }
    const before = inForce.get(key)
    if (change.resource === 'pods' && (before === undefined || next === undefined)) {
      put(key, next)
      return
    }
    // The pod's address counts at once, its labels only when they have reached the node.
    if (change.resource === 'pods' && before !== undefined && next !== undefined)
      put(key, { ...next, metadata: { ...next.metadata, labels: before.metadata.labels ?? {} } })
    clock.sleep(enforcementDelayMs, closing.signal).then(
      () => put(key, store.get(change.resource, change.object.metadata.namespace, change.object.metadata.name)),
      () => undefined,
    )
  }
  const stop = store.subscribe(onStoreChange)

  return {
    allows(flow) {
      const key = flowKey(flow)
      const known = decided.get(key)
      if (known !== undefined) return known
      const allowed = evaluate(currentWorld(), flow).verdict !== 'deny'
      if (decided.size > 20_000) decided.clear()
      decided.set(key, allowed)
      return allowed
    },
    onChange: (listener) => void listeners.push(listener),
    close() {
      stop()
      closing.abort(new Error('closed'))
    },
  }
}

function flowKey({ from, to, protocol, port = 0 }: Flow): string {
  return `${peerKey(from)} ${peerKey(to)} ${protocol} ${port}`
}

function peerKey(peer: Peer): string {
  if (peer.kind === 'name') return peer.name
  return peer.kind === 'endpoint' ? `${peer.id} ${peer.ip ?? ''}` : `${peer.ip} ${peer.names?.join() ?? ''}`
}

function keyOf(resource: string, object: KubeObject): string {
  return `${resource} ${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** Most changes of a pod (conditions, container statuses) or a node's heartbeat say nothing to policy. */
function matters({ type, resource, object, previous }: Change): boolean {
  if (type !== 'MODIFIED' || previous === undefined || resource !== 'pods') return true
  return (
    object.status?.podIP !== previous.status?.podIP ||
    object.status?.phase !== previous.status?.phase ||
    JSON.stringify(object.metadata.labels) !== JSON.stringify(previous.metadata.labels)
  )
}
