import { randomUUID } from 'node:crypto'
import { alreadyExists, conflict, notFound } from '../api/api-error.ts'
import type { Change, KubeObject, ResourceId, SimClock, Store } from '../contracts.ts'
import { Collection } from './collection.ts'
import { generateName } from './generate-name.ts'
import { hasGeneration } from './generation.ts'
import { History } from './history.ts'
import { deepFreeze, equalJson, settleJson } from './json-value.ts'

/** Everything needed to start again where this store stopped; plain JSON. The history is not part of it. */
export interface StoreSnapshot {
  revision: number
  objects: Record<ResourceId, KubeObject[]>
}

export interface MemoryStore extends Store {
  snapshot(): StoreSnapshot
  /** Replaces everything and owns the objects from now on. Watches from before get `410 Gone`: nobody is told about single objects. */
  restore(snapshot: StoreSnapshot): void
  /** Resources that hold at least one object. */
  resources(): ResourceId[]
}

export interface MemoryStoreOptions {
  clock: Pick<SimClock, 'now'>
  /** Changes kept per resource for watches that resume. */
  historyLimit?: number
}

const FIRST_REVISION = 1000

export function createStore(options: MemoryStoreOptions): MemoryStore {
  return new InMemoryStore(options)
}

class InMemoryStore implements MemoryStore {
  readonly #clock: Pick<SimClock, 'now'>
  readonly #historyLimit: number
  readonly #listeners = new Set<(change: Change) => void>()
  #collections = new Map<ResourceId, Collection>()
  #histories = new Map<ResourceId, History>()
  #revision = FIRST_REVISION
  #restoredAt = FIRST_REVISION
  /** Changes made by listeners wait here, so that every listener sees one order. */
  readonly #undelivered: Change[] = []
  #delivering = false

  constructor(options: MemoryStoreOptions) {
    this.#clock = options.clock
    this.#historyLimit = options.historyLimit ?? 2000
  }

  get revision(): number {
    return this.#revision
  }

  get(resource: ResourceId, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#collections.get(resource)?.get(namespace, name)
  }

  list(resource: ResourceId, namespace?: string): KubeObject[] {
    return this.#collections.get(resource)?.list(namespace) ?? []
  }

  create(resource: ResourceId, object: KubeObject): KubeObject {
    const { namespace } = object.metadata
    const name = this.#nameFor(resource, object)
    if (this.get(resource, namespace, name)) throw alreadyExists(resource, name)
    const revision = this.#revision + 1
    const stored: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        name,
        uid: object.metadata.uid || randomUUID(),
        resourceVersion: String(revision),
        ...(hasGeneration(resource) || object.metadata.generation !== undefined ? { generation: 1 } : {}),
        creationTimestamp: object.metadata.creationTimestamp || toStamp(this.#clock.now()),
      },
    }
    return this.#commit({ type: 'ADDED', resource, object: settleJson(undefined, stored), revision })
  }

  update(resource: ResourceId, object: KubeObject): KubeObject {
    const previous = this.get(resource, object.metadata.namespace, object.metadata.name)
    if (!previous) throw notFound(resource, object.metadata.name)
    const wanted = object.metadata.resourceVersion
    if (wanted !== undefined && wanted !== '' && wanted !== previous.metadata.resourceVersion) {
      throw conflict(resource, object.metadata.name)
    }
    if (object.metadata.uid && object.metadata.uid !== previous.metadata.uid) {
      throw conflict(
        resource,
        object.metadata.name,
        `Precondition failed: UID in precondition: ${object.metadata.uid}, UID in object meta: ${previous.metadata.uid}`,
      )
    }
    const settled = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: previous.metadata.uid!,
        resourceVersion: previous.metadata.resourceVersion!,
        creationTimestamp: previous.metadata.creationTimestamp!,
        ...(previous.metadata.generation === undefined ? {} : { generation: previous.metadata.generation }),
      },
    }
    const next = settleJson(previous, settled)
    if (next === previous) return previous
    const revision = this.#revision + 1
    const metadata = { ...next.metadata, resourceVersion: String(revision) }
    if (this.#startsGeneration(resource, next, previous)) metadata.generation = (metadata.generation ?? 0) + 1
    const stored = Object.freeze({ ...next, metadata: Object.freeze(metadata) })
    return this.#commit({ type: 'MODIFIED', resource, object: stored, previous, revision })
  }

  modify(
    resource: ResourceId,
    namespace: string | undefined,
    name: string,
    change: (draft: KubeObject) => void,
  ): KubeObject | undefined {
    const current = this.get(resource, namespace, name)
    if (!current) return undefined
    const draft = draftOf(current)
    change(draft)
    return this.update(resource, draft)
  }

  remove(resource: ResourceId, namespace: string | undefined, name: string): KubeObject | undefined {
    const previous = this.get(resource, namespace, name)
    if (!previous) return undefined
    const revision = this.#revision + 1
    const last = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } }
    return this.#commit({ type: 'DELETED', resource, object: deepFreeze(last), previous, revision })
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  since(revision: number, resource: ResourceId): Change[] | null {
    const history = this.#histories.get(resource)
    if (history) return history.since(revision)
    return revision < this.#restoredAt ? null : []
  }

  snapshot(): StoreSnapshot {
    const objects: Record<ResourceId, KubeObject[]> = {}
    for (const [resource, collection] of this.#collections) {
      if (collection.size > 0) objects[resource] = collection.list()
    }
    return { revision: this.#revision, objects }
  }

  restore(snapshot: StoreSnapshot): void {
    this.#collections = new Map()
    this.#histories = new Map()
    // One more than before, so that a watch resuming at the old revision is told to list again.
    this.#revision = Math.max(this.#revision, snapshot.revision) + 1
    this.#restoredAt = this.#revision
    for (const [resource, objects] of Object.entries(snapshot.objects)) {
      const collection = this.#collection(resource)
      for (const object of objects) collection.set(deepFreeze(object))
    }
  }

  resources(): ResourceId[] {
    return [...this.#collections].filter(([, collection]) => collection.size > 0).map(([resource]) => resource)
  }

  #nameFor(resource: ResourceId, object: KubeObject): string {
    const { name, namespace } = object.metadata
    const prefix = object.metadata.generateName as string | undefined
    if (name || !prefix) return name
    // A taken name is drawn again, as the API server has done since 1.30.
    for (;;) {
      const drawn = generateName(prefix)
      if (!this.get(resource, namespace, drawn)) return drawn
    }
  }

  /** Both objects are settled: what is equal in them is identical. */
  #startsGeneration(resource: ResourceId, next: KubeObject, previous: KubeObject): boolean {
    if (!hasGeneration(resource) && previous.metadata.generation === undefined) return false
    if (next.metadata.deletionTimestamp !== undefined && !previous.metadata.deletionTimestamp) return true
    if (next.spec === previous.spec) return false
    // Binding a pod to its node is no change of what was asked for.
    const isBound = resource === 'pods' && !previous.spec?.nodeName && next.spec?.nodeName
    return !isBound || !equalJson(next.spec, { ...previous.spec, nodeName: next.spec.nodeName })
  }

  #collection(resource: ResourceId): Collection {
    let collection = this.#collections.get(resource)
    if (!collection) {
      collection = new Collection()
      this.#collections.set(resource, collection)
    }
    return collection
  }

  #history(resource: ResourceId): History {
    let history = this.#histories.get(resource)
    if (!history) {
      history = new History(this.#historyLimit, this.#restoredAt)
      this.#histories.set(resource, history)
    }
    return history
  }

  #commit(change: Change): KubeObject {
    this.#revision = change.revision
    if (change.type === 'DELETED') this.#collection(change.resource).delete(change.object)
    else this.#collection(change.resource).set(change.object)
    this.#history(change.resource).add(change)
    this.#undelivered.push(change)
    this.#deliver()
    return change.object
  }

  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) {
        for (const listener of [...this.#listeners]) listener(next)
      }
    } finally {
      this.#delivering = false
    }
  }
}

/** A copy whose `metadata`, `spec` and `status` are copies too; what is deeper stays shared and frozen. */
function draftOf(object: KubeObject): KubeObject {
  const draft: KubeObject = { ...object, metadata: { ...object.metadata } }
  if (object.spec !== undefined) draft.spec = { ...object.spec }
  if (object.status !== undefined) draft.status = { ...object.status }
  return draft
}

/** RFC 3339 without fractions, as `metav1.Time` prints it. */
export function toStamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
