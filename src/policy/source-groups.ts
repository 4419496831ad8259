import type { AddressBook } from './address.ts'
import type { Endpoint } from './endpoint.ts'
import type { AddressClass } from './registry.ts'
import type { World } from './world.ts'

/** Pods no policy can tell apart: one row of a matrix. */
export interface SourceGroup {
  namespace: string
  workload: string
  /** Different for every group: the workload, with namespace or pod where that alone is ambiguous. */
  label: string
  endpoints: readonly Endpoint[]
  /** Any of them speaks for all. */
  one: Endpoint
  /** By its addresses, in their order: one per family in a dual-stack cluster. */
  addressClasses: readonly AddressClass[]
}

export function addressClassOf(world: World, endpoint: Endpoint): AddressClass {
  return addressClassesOf(world, endpoint)[0]!
}

function addressClassesOf(world: World, endpoint: Endpoint): AddressClass[] {
  const classes = endpoint.ips.map((ip) => world.addresses.classOf(ip)).filter((found) => found !== null)
  return classes.length > 0 ? classes : [world.addresses.classOfTemplate(endpoint)]
}

function addressClassIds(world: World, endpoint: Endpoint): number | string {
  const found = endpoint.ips.length === 1 ? world.addresses.classOf(endpoint.ips[0]!) : null
  if (found) return found.id
  return addressClassesOf(world, endpoint)
    .map(({ id }) => id)
    .join(' ')
}

const remembered = new WeakMap<AddressBook, { version: number; groups: SourceGroup[] }>()

/** Groups in the order of namespace and name. Replicas of one workload share a row unless their labels differ. */
export function sourceGroups(world: World, wanted?: (endpoint: Endpoint) => boolean): readonly SourceGroup[] {
  if (wanted) return makeGroups(world, wanted)
  const { version } = world.addresses
  const known = remembered.get(world.addresses)
  if (known?.version === version) return known.groups
  const groups = makeGroups(world, () => true)
  remembered.set(world.addresses, { version, groups })
  return groups
}

function makeGroups(world: World, wanted: (endpoint: Endpoint) => boolean): SourceGroup[] {
  const members = new Map<string, Endpoint[]>()
  for (const endpoint of world.endpoints) {
    if (endpoint.kind !== 'workload' || !wanted(endpoint)) continue
    const key = `${endpoint.namespace} ${addressClassIds(world, endpoint)} ${endpoint.labelClass.id}`
    const group = members.get(key)
    if (group) group.push(endpoint)
    else members.set(key, [endpoint])
  }
  const groups = [...members.values()].map((endpoints) => ({
    namespace: endpoints[0]!.namespace,
    workload: nameOf(endpoints),
    endpoints,
    one: endpoints[0]!,
    addressClasses: addressClassesOf(world, endpoints[0]!),
  }))
  groups.sort((left, right) => compare(left.namespace, right.namespace) || compare(left.workload, right.workload))
  return withLabels(groups)
}

function nameOf(endpoints: readonly Endpoint[]): string {
  const names = [...new Set(endpoints.map(({ workload }) => workload))]
  return names.length === 1 ? names[0]! : `${names[0]} +${names.length - 1}`
}

function withLabels(groups: readonly Omit<SourceGroup, 'label'>[]): SourceGroup[] {
  const plain = countBy(groups, ({ workload }) => workload)
  const placed = countBy(groups, ({ namespace, workload }) => `${workload}.${namespace}`)
  return groups.map((group) => {
    const inNamespace = `${group.workload}.${group.namespace}`
    const label =
      plain.get(group.workload) === 1 ? group.workload : placed.get(inNamespace) === 1 ? inNamespace : group.one.id
    return { ...group, label }
  })
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return counts
}

export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
