import { createHash } from 'node:crypto'
import type { Registry } from './registry/registry.ts'
import { apiVersionOf, type ResourceType, type Subresource } from './registry/resource-type.ts'

/** Discovery in both forms. Documents never change while the server runs, so each is made once. */
export class Discovery {
  readonly #registry: Registry
  readonly #cache = new Map<string, { text: string; etag: string }>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** `/api` (core) or `/apis` (all named groups) as APIGroupDiscoveryList. */
  aggregated(core: boolean): { text: string; etag: string } {
    return this.#document(core ? 'core' : 'groups', () => ({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: this.#groupNames()
        .filter((group) => (group === '') === core)
        .map((group) => ({
          metadata: group === '' ? {} : { name: group },
          versions: this.#versionsOf(group).map((version) => ({
            version,
            resources: this.#resourcesOf(group, version).map(toAggregated),
            freshness: 'Current',
          })),
        })),
    }))
  }

  legacyRoot(host: string): object {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
    }
  }

  legacyGroups(): object {
    const groups = this.#groupNames().filter((group) => group !== '')
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => this.#group(group)) }
  }

  /** `/apis/GROUP`, or undefined when nobody serves it. */
  group(group: string): object | undefined {
    if (group === '' || !this.#registry.hasGroup(group)) return undefined
    return { kind: 'APIGroup', apiVersion: 'v1', ...this.#group(group) }
  }

  /** `/api/v1` and `/apis/GROUP/VERSION`. */
  resources(apiVersion: string): { text: string; etag: string } | undefined {
    const served = this.#registry.resources.filter((type) => apiVersionOf(type) === apiVersion)
    if (served.length === 0) return undefined
    return this.#document(apiVersion, () => ({
      kind: 'APIResourceList',
      ...(apiVersion === 'v1' ? {} : { apiVersion: 'v1' }),
      groupVersion: apiVersion,
      resources: served.flatMap(toLegacy),
    }))
  }

  /** Paths that `/` lists. */
  paths(): string[] {
    const groups = this.#groupNames().filter((group) => group !== '')
    const versions = this.#registry.groupVersions.map((v) => (v === 'v1' ? '/api/v1' : `/apis/${v}`))
    return ['/api', '/apis', '/apis/', ...versions, ...groups.map((group) => `/apis/${group}`)]
      .concat(['/healthz', '/livez', '/openapi/v3', '/openapi/v3/', '/readyz', '/version'])
      .sort()
  }

  #groupNames(): string[] {
    return [...new Set(this.#registry.resources.map((type) => type.group))]
  }

  #versionsOf(group: string): string[] {
    return [...new Set(this.#registry.resources.filter((type) => type.group === group).map((type) => type.version))]
  }

  #resourcesOf(group: string, version: string): ResourceType[] {
    return this.#registry.resources.filter((type) => type.group === group && type.version === version)
  }

  #group(group: string): object {
    const versions = this.#versionsOf(group).map((version) => ({ groupVersion: `${group}/${version}`, version }))
    return { name: group, versions, preferredVersion: versions[0] }
  }

  #document(key: string, build: () => object): { text: string; etag: string } {
    let document = this.#cache.get(key)
    if (!document) {
      const text = JSON.stringify(build())
      const etag = `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"`
      document = { text, etag }
      this.#cache.set(key, document)
    }
    return document
  }
}

/** Built-in groups leave the kind's group and version empty: it is the parent's. Custom resources spell it out. */
function toAggregated(type: ResourceType): object {
  const kindOf = (subresource?: Subresource) => {
    if (subresource?.group !== undefined) {
      return { group: subresource.group, version: subresource.version ?? '', kind: subresource.kind }
    }
    const named = type.custom ? { group: type.group, version: type.version } : { group: '', version: '' }
    return { ...named, kind: subresource?.kind ?? type.kind }
  }
  return {
    resource: type.plural,
    responseKind: kindOf(),
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames ? { shortNames: type.shortNames } : {}),
    ...(type.categories ? { categories: type.categories } : {}),
    ...(type.subresources.length > 0
      ? {
          subresources: type.subresources.map((subresource) => ({
            subresource: subresource.name,
            responseKind: kindOf(subresource),
            verbs: subresource.verbs,
          })),
        }
      : {}),
  }
}

function toLegacy(type: ResourceType): object[] {
  return [
    {
      name: type.plural,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: type.verbs,
      ...(type.shortNames ? { shortNames: type.shortNames } : {}),
      ...(type.categories ? { categories: type.categories } : {}),
      ...(type.aggregated || !type.verbs.includes('list') ? {} : { storageVersionHash: storageHash(type) }),
    },
    ...type.subresources.map((subresource) => ({
      name: `${type.plural}/${subresource.name}`,
      singularName: '',
      namespaced: type.namespaced,
      ...(subresource.group === undefined ? {} : { group: subresource.group, version: subresource.version }),
      kind: subresource.kind,
      verbs: subresource.verbs,
    })),
  ]
}

function storageHash(type: ResourceType): string {
  const text = `${type.group}/${type.version}/${type.kind}`
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64')
}
