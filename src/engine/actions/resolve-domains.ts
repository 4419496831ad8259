/**
 * Where policies cannot hold names: the names are resolved inside the probe pod, and a network set with the addresses is
 * applied. Addresses, not names: the step says what that means.
 */
import type { KubeObject } from '../../cluster/port.ts'
import { parseResolved, resolvedAnnotation } from '../probes/plan.ts'
import { findSource } from '../probes/targets.ts'
import { addVehicles, findVehicles, podKey } from '../probes/vehicle.ts'
import type { Scope } from '../scope.ts'
import { readSnapshot, refOf } from '../snapshot.ts'
import type { ActionKind, ActionOf, Prepared } from './kind.types.ts'

type ResolveAction = ActionOf<'resolve-domains'>

/** Big sites answer with another part of their addresses each time. */
const rounds = 3

export const resolveDomains: ActionKind<ResolveAction> = {
  changes: true,
  operation: (action, { deps }) => ({ kind: 'apply', ...deps.files.manifest(action.manifest) }),
  shown(action, { deps, track }, snapshot) {
    const place = track.topology.sources.find((source) => source.name === action.from)
    const pod = snapshot ? findSource(track.topology, snapshot, action.from)?.pod.metadata.name : undefined
    const target = { namespace: place?.namespace ?? 'default', pod: pod ?? action.from.split('.')[0]! }
    return action.names.map((name) => deps.cluster.shownExec(target, ['dig', '+short', name])).join('\n')
  },
  isDone(action, snapshot, { deps }) {
    return deps.files
      .objects(action.manifest)
      .filter(isSet)
      .every((template) => {
        const text = snapshot.find(refOf(template))?.metadata.annotations?.[resolvedAnnotation]
        const resolved = parseResolved(text ?? '')
        return action.names.every((name) => (resolved[name]?.length ?? 0) > 0)
      })
  },
  async prepare(action, scope, onOutput): Promise<Prepared> {
    const resolved = await resolveNames(action, scope)
    if ('message' in resolved) return { ok: false, ...resolved }
    for (const [name, addresses] of resolved.addresses)
      onOutput({ stream: 'stdout', text: `${name}: ${addresses.join(' ')}\n` })
    const objects = scope.deps.files.objects(action.manifest).map((object) => withAddresses(object, resolved.addresses))
    const file = await scope.deps.files.writeManifest(action.manifest, objects)
    const operation = { kind: 'apply' as const, ...file }
    onOutput({ stream: 'stdout', text: `$ ${scope.deps.cluster.shown(operation)}\n` })
    return { ok: true, operation }
  },
}

function isSet(object: KubeObject): boolean {
  return object.kind === 'GlobalNetworkSet' || object.kind === 'NetworkSet'
}

async function resolveNames(
  action: ResolveAction,
  scope: Scope,
): Promise<{ addresses: Map<string, string[]> } | { message: string; hint: string }> {
  const { cluster } = scope.deps
  const source = findSource(
    scope.track.topology,
    await readSnapshot(cluster, [{ apiVersion: 'v1', kind: 'Pod' }]),
    action.from,
  )
  if (!source)
    return {
      message: `There is no pod ${action.from} to resolve the names in.`,
      hint: 'Step 0 makes it; prove step 0 again.',
    }
  const say = (text: string) => void text
  await findVehicles(scope, [source], say)
  const found = new Map<string, Set<string>>(action.names.map((name) => [name, new Set()]))
  let detail = ''
  for (let round = 0; round < rounds; round++) {
    const vehicle = scope.memory.vehicles.get(podKey(source.pod))
    if (!vehicle || vehicle.kind === 'none')
      return { message: vehicle?.reason ?? 'No way into the pod.', hint: vehicle?.remedy ?? '' }
    const result = await cluster.probe(
      {
        namespace: source.namespace,
        pod: vehicle.pod,
        container: vehicle.container,
        probes: action.names.map((name) => ({ key: name, tool: 'dig', host: name })),
      },
      scope.signal,
    )
    scope.signal.throwIfAborted()
    if (result.kind === 'failed') {
      detail = result.message
      if (result.reason === 'no-shell' && vehicle.kind === 'own') await addVehicles(scope, [source], say)
      continue
    }
    for (const [name, reading] of result.readings) {
      if (reading.outcome !== 'open') detail = `${name}: ${reading.detail}`
      for (const address of reading.addresses ?? []) found.get(name)?.add(address)
    }
  }
  const missing = [...found].filter(([, addresses]) => addresses.size === 0).map(([name]) => name)
  if (missing.length > 0) {
    return {
      message: `${missing.join(', ')} could not be resolved in ${action.from}${detail ? ` (${detail})` : ''}.`,
      hint: 'Look at DNS first: kubectl -n kube-system get pods -l k8s-app=kube-dns. A lab without Internet cannot do this step.',
    }
  }
  return { addresses: new Map([...found].map(([name, addresses]) => [name, [...addresses].sort()])) }
}

function withAddresses(object: KubeObject, addresses: ReadonlyMap<string, string[]>): KubeObject {
  if (!isSet(object)) return object
  const nets = [...new Set([...addresses.values()].flat())]
    .sort()
    .map((address) => `${address}/${address.includes(':') ? 128 : 32}`)
  const { allowedEgressDomains: _, ...spec } = object.spec ?? {}
  const annotations = {
    ...object.metadata.annotations,
    [resolvedAnnotation]: JSON.stringify(Object.fromEntries(addresses)),
  }
  return { ...object, metadata: { ...object.metadata, annotations }, spec: { ...spec, nets } }
}
