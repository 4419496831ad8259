import type { KubeObject } from '../contracts.ts'

/** The objects of one resource, listed in the order etcd keeps them: by namespace, then name, bytewise. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>()
  /** Sorted when somebody lists, and kept sorted from then on. */
  #keys: string[] | null = null

  static key(namespace: string | undefined, name: string): string {
    return `${namespace ?? ''}/${name}`
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(Collection.key(namespace, name))
  }

  set(object: KubeObject): void {
    const key = Collection.key(object.metadata.namespace, object.metadata.name)
    if (this.#keys && !this.#objects.has(key)) this.#keys.splice(placeOf(key, this.#keys), 0, key)
    this.#objects.set(key, object)
  }

  delete(object: KubeObject): void {
    const key = Collection.key(object.metadata.namespace, object.metadata.name)
    if (this.#objects.delete(key) && this.#keys) this.#keys.splice(placeOf(key, this.#keys), 1)
  }

  list(namespace?: string): KubeObject[] {
    this.#keys ??= [...this.#objects.keys()].sort()
    if (namespace === undefined) return this.#keys.map((key) => this.#objects.get(key)!)
    const prefix = `${namespace}/`
    const found: KubeObject[] = []
    for (let at = placeOf(prefix, this.#keys); this.#keys[at]?.startsWith(prefix); at++) {
      found.push(this.#objects.get(this.#keys[at]!)!)
    }
    return found
  }

  get size(): number {
    return this.#objects.size
  }
}

/** Where the key stands, or would. */
function placeOf(key: string, keys: readonly string[]): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
