/**
 * A world is everything verdicts depend on, read from plain objects: endpoints, policies, tiers, sets, services. It
 * never changes; `applyChanges` gives another one. The order of the objects never matters (of duplicates the last counts).
 */
import { AddressBook } from './address.ts'
import type { Endpoint } from './endpoint.ts'
import { type DraftReading, givenEndpoint, makeEndpoints } from './make-endpoints.ts'
import type { EndpointSpec, KubeObject } from './model.ts'
import { ObjectsByKind } from './objects/by-kind.ts'
import type { ProfileLabels } from './objects/effective-labels.ts'
import { type NetworkSet, readNetworkSets } from './objects/network-sets.ts'
import { readPodOnce, stringValues } from './objects/pods.ts'
import { readServices, type Service } from './objects/services.ts'
import { templateEndpoints } from './objects/workloads.ts'
import { PolicySet, policyKey, policyKinds, type ReadEntry, readPolicy } from './policy-set.ts'
import { Registry } from './registry.ts'
import type { Labels } from './selector/matches.ts'
import { readTiers, type Tier } from './tier.ts'

export interface WorldOptions {
  /** Endpoints given as such, instead of pods. */
  endpoints?: readonly EndpointSpec[]
  /** Outside names and the addresses they resolve to: for domain rules, and to find a name's address. */
  names?: Readonly<Record<string, readonly string[]>>
  /**
   * The objects are all there is: a Tier that is not among them does not exist. Otherwise that holds only when the Tier
   * `default`, which every cluster has, is among them.
   */
  complete?: boolean
}

export interface World {
  readonly objects: readonly KubeObject[]
  readonly options: WorldOptions
  readonly endpoints: readonly Endpoint[]
  readonly endpointsById: ReadonlyMap<string, Endpoint>
  /** Pods that are no endpoints, by `namespace/name`, with the reason. */
  readonly notEndpoints: ReadonlyMap<string, string>
  readonly namespaces: ReadonlyMap<string, Labels>
  /** Labels of service accounts, by `namespace/name`. */
  readonly serviceAccounts: ReadonlyMap<string, Labels>
  readonly services: ReadonlyMap<string, Service>
  readonly sets: readonly NetworkSet[]
  readonly policies: PolicySet
  /** What was odd in the input, as sentences. */
  readonly notes: readonly string[]
  readonly addresses: AddressBook
  readonly registry: Registry
  /** Policies by object key, the unusable ones too. */
  readonly entries: ReadonlyMap<string, ReadEntry>
  /** From Tier objects and the built-in ones. */
  readonly knownTiers: ReadonlyMap<string, Tier>
  readonly isComplete: boolean
  /** Notes that do not come from policies. */
  readonly baseNotes: readonly string[]
}

export function createWorld(
  objects: readonly KubeObject[],
  options: WorldOptions = {},
  registry: Registry = new Registry(),
): World {
  const byKind = new ObjectsByKind(objects)
  const notes = [...byKind.notes]
  const notEndpoints = new Map<string, string>()
  const readings = options.endpoints
    ? options.endpoints.map(givenEndpoint)
    : readEndpoints(byKind, registry, notEndpoints, notes)
  const profiles = readProfiles(byKind, readings, registry, notes)
  const endpoints = makeEndpoints(readings, profiles, registry)
  const sets = readNetworkSets(byKind, profiles, registry, notes)
  const services = readServices(byKind)
  const entries = new Map(
    policyKinds.flatMap((kind) =>
      byKind.list(kind).map((object): [string, ReadEntry] => [policyKey(object)!, readPolicy(object, registry)]),
    ),
  )
  const addresses = new AddressBook({ registry, endpoints, sets, services, names: options.names ?? {} })
  const base = {
    objects,
    options,
    endpoints,
    endpointsById: byId(endpoints),
    notEndpoints,
    ...profiles,
    services,
    sets,
    addresses,
    registry,
    knownTiers: readTiers(byKind),
    isComplete: options.complete ?? byKind.find('Tier', '', 'default') !== undefined,
    baseNotes: notes,
  }
  return withPolicies(base, entries)
}

/** The same world with these policies; the rest is shared. */
export function withPolicies(
  base: Omit<World, 'policies' | 'entries' | 'notes'>,
  entries: ReadonlyMap<string, ReadEntry>,
): World {
  const usable = [...entries.values()].map(({ entry }) => entry).filter((entry) => entry !== null)
  const policies = new PolicySet(usable, base.knownTiers, base.isComplete)
  const notes = [...base.baseNotes, ...[...entries.values()].flatMap((entry) => entry.notes)]
  for (const { name, exists, isUncertain } of policies.tiers) {
    if (exists) continue
    notes.push(
      isUncertain
        ? `tier ${name} has policies and its Tier object is not in the input: flows they concern are undecided`
        : `tier ${name} has policies and no Tier object: it comes after all others and ends with Deny`,
    )
  }
  return { ...base, policies, entries, notes }
}

function byId(endpoints: readonly Endpoint[]): Map<string, Endpoint> {
  const found = new Map<string, Endpoint>()
  for (const endpoint of endpoints) found.set(endpoint.id, endpoint)
  return found
}

function readEndpoints(
  objects: ObjectsByKind,
  { readings }: Registry,
  notEndpoints: Map<string, string>,
  notes: string[],
): DraftReading[] {
  const found: DraftReading[] = []
  const findReplicaSet = (namespace: string, name: string) => objects.find('ReplicaSet', namespace, name)
  for (const pod of objects.list('Pod')) {
    const reading = readPodOnce(pod, findReplicaSet, readings)
    if ('endpoint' in reading) found.push(reading)
    else notEndpoints.set(reading.id, reading.why)
  }
  const templates = templateEndpoints(objects)
  if (templates.length > 0) {
    notes.push(
      `no pods in the input for ${templates.length} workloads: their templates stand for them, without addresses`,
    )
  }
  return [...found, ...templates.map((endpoint) => ({ endpoint, made: null }))]
}

function readProfiles(
  objects: ObjectsByKind,
  endpoints: readonly DraftReading[],
  { readings }: Registry,
  notes: string[],
): ProfileLabels {
  const once = (object: KubeObject, read: () => Labels): Labels => {
    const known = readings.get(object) as Labels | undefined
    if (known) return known
    const labels = read()
    readings.set(object, labels)
    return labels
  }
  const namespaces = new Map<string, Labels>()
  for (const object of objects.list('Namespace')) {
    const { name, labels } = object.metadata
    const read = () => ({ 'kubernetes.io/metadata.name': name, ...stringValues(labels) })
    namespaces.set(name, once(object, read))
  }
  for (const { endpoint } of endpoints) {
    const { namespace } = endpoint
    if (namespaces.has(namespace)) continue
    namespaces.set(namespace, { 'kubernetes.io/metadata.name': namespace })
    notes.push(`namespace ${namespace} is not in the input: it counts as having no labels but its name`)
  }
  const serviceAccounts = new Map(
    objects.list('ServiceAccount').map((object) => {
      const { namespace, name, labels } = object.metadata
      return [`${namespace ?? 'default'}/${name}`, once(object, () => stringValues(labels))]
    }),
  )
  return { namespaces, serviceAccounts }
}
