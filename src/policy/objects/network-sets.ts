import type { KubeObject } from '../model.ts'
import { type Cidr, parseCidr } from '../net.ts'
import type { LabelClass, Registry } from '../registry.ts'
import type { ObjectsByKind } from './by-kind.ts'
import { networkSetLabels, type ProfileLabels } from './effective-labels.ts'

export interface NetworkSet {
  /** `name` or `namespace/name`. */
  id: string
  cidrs: readonly Cidr[]
  /** Enterprise's allowedEgressDomains. */
  domains: readonly string[]
  labelClass: LabelClass
}

/** NetworkSets, GlobalNetworkSets, and host endpoints by their expected addresses: what selectors match besides pods. */
export function readNetworkSets(
  objects: ObjectsByKind,
  profiles: ProfileLabels,
  registry: Registry,
  notes: string[],
): NetworkSet[] {
  const read = (object: KubeObject, namespace: string, nets: unknown): NetworkSet => {
    const id = namespace === '' ? object.metadata.name : `${namespace}/${object.metadata.name}`
    const written = Array.isArray(nets) ? nets.map(String) : []
    const cidrs = written.map(parseCidr).filter((cidr) => cidr !== null)
    if (cidrs.length < written.length) notes.push(`${object.kind} ${id}: entries that are no network are skipped`)
    const { allowedEgressDomains } = object.spec ?? {}
    const labelClass = registry.labelClass({
      labels: networkSetLabels(object.metadata.labels ?? {}, namespace, profiles),
      namespace,
      ports: [],
      isWorkload: false,
      noProfile: false,
    })
    return {
      id,
      cidrs,
      domains: Array.isArray(allowedEgressDomains) ? allowedEgressDomains.map(String) : [],
      labelClass,
    }
  }
  return [
    ...objects.list('GlobalNetworkSet').map((set) => read(set, '', set.spec?.nets)),
    ...objects.list('NetworkSet').map((set) => read(set, set.metadata.namespace ?? 'default', set.spec?.nets)),
    ...objects.list('HostEndpoint').map((host) => read(host, '', host.spec?.expectedIPs)),
  ]
}
