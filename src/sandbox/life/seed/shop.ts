import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { applyDefaults } from '../../api/defaults/defaults.ts'
import type { Registry } from '../../api/registry/registry.ts'
import type { KubeObject, Store } from '../../contracts.ts'
import { type SeedObject, seed } from './seed-object.ts'

const NAMESPACE = 'hipstershop'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const PROBE_IMAGE = 'wbitt/network-multitool'

/** The shop as somebody applied it with kubectl, and a multitool in it and in `default`: what step 0 makes. */
export function plantShop(store: Store, registry: Registry, folder: string): void {
  const objects = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map(
        (document) => document.toJS() as KubeObject | null,
      ),
    )
    .filter((object): object is KubeObject => object !== null)
    .flatMap((object) => (object.kind === 'List' ? (object.items as KubeObject[]) : [object]))
  const namespace = seed('namespaces', 'v1', 'Namespace', NAMESPACE, undefined, {})
  if (!objects.some(({ kind }) => kind === 'Namespace')) put(store, namespace)
  for (const object of objects) {
    const type = registry.byKind(object.apiVersion, object.kind)
    if (!type) throw new Error(`${object.kind} ${object.metadata.name}: this API does not serve ${object.apiVersion}`)
    if (type.namespaced) object.metadata.namespace ??= NAMESPACE
    const annotations = { ...object.metadata.annotations, [LAST_APPLIED]: lastApplied(object) }
    put(store, { resource: type.storedAs, object: { ...object, metadata: { ...object.metadata, annotations } } })
  }
  for (const place of [NAMESPACE, 'default']) {
    put(
      store,
      seed('pods', 'v1', 'Pod', 'multitool', place, {
        labels: { run: 'multitool' },
        spec: { containers: [{ name: 'multitool', image: PROBE_IMAGE, resources: {} }] },
      }),
    )
  }
}

function put(store: Store, { resource, object }: SeedObject): void {
  if (store.get(resource, object.metadata.namespace, object.metadata.name)) return
  store.create(resource, applyDefaults(resource, object, { store }))
}

/** As kubectl writes it: the manifest with an empty annotations map and a newline. */
function lastApplied(object: KubeObject): string {
  const metadata = { ...object.metadata, annotations: object.metadata.annotations ?? {} }
  return `${JSON.stringify({ ...object, metadata })}\n`
}
