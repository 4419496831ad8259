import type { Representation } from '../api/accept.ts'
import type { ResourceRequest } from '../api/context.ts'
import { encodeObject } from '../api/encode.ts'
import { apiVersionOf } from '../api/registry/resource-type.ts'
import { representationOf, tableRequest } from '../api/render.ts'
import { toPartial, toTable } from '../api/tables/tables.ts'
import type { KubeObject, ResourceId } from '../contracts.ts'

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  /** `endsInitialEvents`: all that was there when the watch began has been sent. */
  | { type: 'BOOKMARK'; revision: number; endsInitialEvents: boolean }
  | { type: 'ERROR'; status: object }

/** Events of one watch as lines, in the form its client asked for. */
export class WatchEncoder {
  readonly #request: ResourceRequest
  readonly #representation: Representation
  /** Columns are sent with the first event only. */
  #sentColumns = false

  constructor(request: ResourceRequest) {
    this.#request = request
    this.#representation = representationOf(request)
  }

  line(event: WatchEvent): string {
    return `{"type":"${event.type}","object":${this.#body(event)}}\n`
  }

  #body(event: WatchEvent): string {
    if (event.type === 'ERROR') return JSON.stringify(event.status)
    return event.type === 'BOOKMARK' ? this.#bookmark(event) : this.#object(event.object)
  }

  #object(object: KubeObject): string {
    const { as, metaVersion } = this.#representation
    if (as === 'Table') return JSON.stringify(this.#table([object], String(object.metadata.resourceVersion)))
    if (as) return JSON.stringify(toPartial(object, metaVersion!))
    return encodeObject(this.#request.type, object)
  }

  #bookmark({ revision, endsInitialEvents }: Extract<WatchEvent, { type: 'BOOKMARK' }>): string {
    const { type } = this.#request
    const resourceVersion = String(revision)
    const annotations = endsInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}
    const shell = {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: { resourceVersion, ...annotations },
      ...emptyParts(type.id),
    } as unknown as KubeObject
    const { as, metaVersion } = this.#representation
    if (as !== 'Table') return JSON.stringify(as ? toPartial(shell, metaVersion!) : shell)
    const { columns } = tableRequest(this.#request, this.#representation).table
    const row = { cells: columns.map(emptyCell), object: toPartial(shell, 'v1') }
    return JSON.stringify({ ...this.#table([], resourceVersion), rows: [row] })
  }

  #table(objects: readonly KubeObject[], resourceVersion: string): object {
    const columns = !this.#sentColumns
    this.#sentColumns = true
    return toTable(tableRequest(this.#request, this.#representation), objects, { resourceVersion }, columns)
  }
}

function emptyCell(column: { type: string }): unknown {
  return column.type === 'integer' ? 0 : column.type === 'boolean' ? false : ''
}

/** The typed shell a bookmark carries for kinds whose Go struct always writes these. */
function emptyParts(resource: ResourceId): object {
  if (resource === 'pods') return { spec: { containers: null }, status: {} }
  if (resource === 'deployments.apps' || resource === 'replicasets.apps') {
    return {
      spec: { selector: null, template: { spec: { containers: null } } },
      status: resource.startsWith('r') ? { replicas: 0 } : {},
    }
  }
  return ['namespaces', 'nodes', 'services'].includes(resource)
    ? { spec: {}, status: resource === 'services' ? { loadBalancer: {} } : {} }
    : {}
}
