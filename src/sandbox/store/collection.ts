import type { KubeObject } from '../contracts.ts'

/** The objects of one resource, listed in the order etcd keeps them: by namespace, then name, bytewise. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>()
  #sortedKeys: string[] | null = []

  static key(namespace: string | undefined, name: string): string {
    return `${namespace ?? ''}/${name}`
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(Collection.key(namespace, name))
  }

  set(object: KubeObject): void {
    const key = Collection.key(object.metadata.namespace, object.metadata.name)
    if (!this.#objects.has(key)) this.#sortedKeys = null
    this.#objects.set(key, object)
  }

  delete(object: KubeObject): void {
    if (this.#objects.delete(Collection.key(object.metadata.namespace, object.metadata.name))) this.#sortedKeys = null
  }

  list(namespace?: string): KubeObject[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort()
    const prefix = namespace === undefined ? '' : `${namespace}/`
    const found: KubeObject[] = []
    for (const key of this.#sortedKeys) {
      if (prefix === '' || key.startsWith(prefix)) found.push(this.#objects.get(key)!)
    }
    return found
  }

  get size(): number {
    return this.#objects.size
  }
}
