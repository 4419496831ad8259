import type { ResourceId } from '../../contracts.ts'
import { type CalicoMode, calicoResources } from './calico-resources.ts'
import { CORE_RESOURCES } from './core-resources.ts'
import { GROUP_RESOURCES } from './group-resources.ts'
import { apiVersionOf, type ResourceType } from './resource-type.ts'

/** What this API server serves: looked up by path, by kind and by id. */
export class Registry {
  readonly resources: readonly ResourceType[]
  /** Group versions in discovery order; of one group's versions the first is preferred. */
  readonly groupVersions: readonly string[]
  readonly #byPath = new Map<string, ResourceType>()
  readonly #byKind = new Map<string, ResourceType>()
  readonly #byId = new Map<ResourceId, ResourceType>()
  readonly #groups = new Set<string>()

  constructor(resources: readonly ResourceType[]) {
    this.resources = resources
    const versions: string[] = []
    for (const type of resources) {
      const apiVersion = apiVersionOf(type)
      if (!versions.includes(apiVersion)) versions.push(apiVersion)
      this.#byPath.set(`${apiVersion}/${type.plural}`, type)
      const kind = `${apiVersion}/${type.kind}`
      if (!this.#byKind.has(kind)) this.#byKind.set(kind, type)
      if (!this.#byId.has(type.id)) this.#byId.set(type.id, type)
      this.#groups.add(type.group)
    }
    this.groupVersions = versions
  }

  byPath(apiVersion: string, plural: string): ResourceType | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`)
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`)
  }

  byId(id: ResourceId): ResourceType | undefined {
    return this.#byId.get(id)
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group)
  }
}

export function createRegistry(calico: CalicoMode): Registry {
  return new Registry([...CORE_RESOURCES, ...GROUP_RESOURCES, ...calicoResources(calico)])
}
