import type { ResourceId } from '../../contracts.ts'

export interface Subresource {
  name: string
  kind: string
  /** Absent: the parent's group and version. */
  group?: string
  version?: string
  verbs: readonly string[]
}

/** One resource as discovery describes it, and where its objects are kept. */
export interface ResourceType {
  id: ResourceId
  group: string
  version: string
  plural: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames?: readonly string[]
  categories?: readonly string[]
  verbs: readonly string[]
  subresources: readonly Subresource[]
  /** Served by Calico's own API server, which words and answers some things differently. */
  aggregated: boolean
  /** A custom resource: no strategic merge, no protobuf. */
  custom: boolean
  /** Objects live under another resource (an older version or an alias of it). */
  storedAs: ResourceId
  /** Fields this edition adds to the kind's known structure, wherever they stand. */
  extraFields?: readonly string[]
}

export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`
}

function resourceId(group: string, plural: string): ResourceId {
  return group === '' ? plural : `${plural}.${group}`
}

/** `Pod`, `Tier.projectcalico.org`: how `is invalid` messages name a kind. */
export function groupKindOf(type: { group: string; kind: string }): string {
  return type.group === '' ? type.kind : `${type.kind}.${type.group}`
}

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const
const CRD_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const
const STATUS_VERBS = ['get', 'patch', 'update'] as const

export interface ResourceSpec {
  scope?: 'Namespaced' | 'Cluster'
  singular?: string
  short?: readonly string[]
  categories?: readonly string[]
  verbs?: readonly string[]
  status?: boolean
  scale?: boolean
  subresources?: readonly Subresource[]
  aggregated?: boolean
  custom?: boolean
  storedAs?: ResourceId
  extraFields?: readonly string[]
}

/** Fills what most resources share: all verbs, namespaced, singular = kind in lower case. */
export function defineResource(
  group: string,
  version: string,
  plural: string,
  kind: string,
  spec: ResourceSpec = {},
): ResourceType {
  const subresources = [
    ...(spec.subresources ?? []),
    ...(spec.scale ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: STATUS_VERBS }] : []),
    ...(spec.status ? [{ name: 'status', kind, verbs: STATUS_VERBS }] : []),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
  const id = resourceId(group, plural)
  return {
    id,
    group,
    version,
    plural,
    kind,
    singular: spec.singular ?? (spec.aggregated ? '' : kind.toLowerCase()),
    namespaced: (spec.scope ?? 'Namespaced') === 'Namespaced',
    ...(spec.short ? { shortNames: spec.short } : {}),
    ...(spec.categories ? { categories: spec.categories } : {}),
    verbs: spec.verbs ?? (spec.custom ? CRD_VERBS : ALL_VERBS),
    subresources,
    aggregated: spec.aggregated ?? false,
    custom: spec.custom ?? false,
    storedAs: spec.storedAs ?? id,
    ...(spec.extraFields ? { extraFields: spec.extraFields } : {}),
  }
}
