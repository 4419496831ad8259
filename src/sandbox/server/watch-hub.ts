import type { ServerResponse } from 'node:http'
import type { Representation } from '../api/accept.ts'
import { ApiError, type ApiStatus } from '../api/api-error.ts'
import type { ResourceRequest } from '../api/context.ts'
import { encodeObject } from '../api/encode.ts'
import { selectObjects, tooLarge } from '../api/handlers/read.ts'
import { parseBoolean, parseInteger, parseResourceVersion } from '../api/query-options.ts'
import { apiVersionOf } from '../api/registry/resource-type.ts'
import { representationOf, tableRequest } from '../api/render.ts'
import { toPartial, toTable } from '../api/tables/tables.ts'
import type { Change, KubeObject, ResourceId, Store } from '../contracts.ts'

const BOOKMARK_EVERY_MS = 60_000
/** A client that does not read is cut off before its queue holds more than this. */
const MOST_QUEUED_BYTES = 32 * 1024 * 1024
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

interface Watcher {
  request: ResourceRequest
  res: ServerResponse
  matches: (object: KubeObject) => boolean
  representation: Representation
  bookmarks: boolean
  sentColumns: boolean
  timer?: NodeJS.Timeout
}

/** All open watches: one subscription to the store, each change encoded for the watches it concerns. */
export class WatchHub {
  readonly #byResource = new Map<ResourceId, Set<Watcher>>()
  readonly #store: Store
  readonly #unsubscribe: () => void
  readonly #bookmarkTimer: NodeJS.Timeout

  constructor(store: Store) {
    this.#store = store
    this.#unsubscribe = store.subscribe((change) => this.#publish(change))
    this.#bookmarkTimer = setInterval(() => this.#sendBookmarks(), BOOKMARK_EVERY_MS)
    this.#bookmarkTimer.unref()
  }

  get size(): number {
    let count = 0
    for (const watchers of this.#byResource.values()) count += watchers.size
    return count
  }

  close(): void {
    this.#unsubscribe()
    clearInterval(this.#bookmarkTimer)
    for (const watchers of this.#byResource.values()) for (const watcher of watchers) watcher.res.end()
  }

  /** Cuts watches without a word, as a dropped connection does. */
  drop(): void {
    for (const watchers of this.#byResource.values()) for (const watcher of watchers) watcher.res.destroy()
  }

  /** Answers a watch request; throws `ApiError` for what is refused before the stream starts. */
  open(request: ResourceRequest, res: ServerResponse): void {
    const { query, type } = request
    const representation = representationOf(request)
    const text = query.get('resourceVersion') ?? ''
    const asked = text === '' ? 0 : parseResourceVersion(text, true)
    const wantsInitial = initialEventsWanted(request)
    const { items, matches } = selectObjects(request, 'watch')
    const timeout = parseInteger(query, 'timeoutSeconds')
    const watcher: Watcher = {
      request,
      res,
      matches,
      representation,
      bookmarks: parseBoolean(query, 'allowWatchBookmarks'),
      sentColumns: false,
    }
    const startsFromState = wantsInitial || asked === 0
    if (!startsFromState && asked > this.#store.revision) throw tooLarge(asked, this.#store.revision)
    const missed = startsFromState ? [] : this.#store.since(asked, type.storedAs)
    // Headers go out before the first event: clients wait for them.
    res.writeHead(200, {
      'Content-Type': representation.as === 'Table' ? 'application/json' : 'application/json',
      'Cache-Control': 'no-cache, private',
      'Transfer-Encoding': 'chunked',
      ...(request.warnings.length > 0
        ? { Warning: request.warnings.map((text) => `299 - "${text.replace(/[\\"]/g, '\\$&')}"`) }
        : {}),
    })
    res.flushHeaders()
    if (missed === null) {
      this.#write(watcher, 'ERROR', JSON.stringify(tooOld(request, asked, this.#store.revision)))
      res.end()
      return
    }
    if (startsFromState) {
      for (const item of items) this.#write(watcher, 'ADDED', this.#encode(watcher, item))
      if (wantsInitial || (watcher.bookmarks && text === '0')) this.#bookmark(watcher, true)
    } else for (const change of missed) this.#forward(watcher, change)
    this.#add(watcher, timeout)
  }

  #add(watcher: Watcher, timeoutSeconds: number | undefined): void {
    const resource = watcher.request.type.storedAs
    let watchers = this.#byResource.get(resource)
    if (!watchers) {
      watchers = new Set()
      this.#byResource.set(resource, watchers)
    }
    watchers.add(watcher)
    if (timeoutSeconds !== undefined && timeoutSeconds > 0) {
      watcher.timer = setTimeout(() => watcher.res.end(), Math.min(timeoutSeconds * 1000, 2 ** 31 - 1))
      watcher.timer.unref()
    }
    const forget = () => {
      clearTimeout(watcher.timer)
      watchers.delete(watcher)
    }
    watcher.res.once('close', forget)
    watcher.res.once('finish', forget)
    watcher.res.on('error', forget)
  }

  #publish(change: Change): void {
    for (const watcher of this.#byResource.get(change.resource) ?? []) this.#forward(watcher, change)
  }

  #forward(watcher: Watcher, change: Change): void {
    const { request } = watcher
    const { object, previous } = change
    if (request.namespace !== undefined && object.metadata.namespace !== request.namespace) return
    const isMatch = change.type !== 'DELETED' && watcher.matches(object)
    const wasMatch = previous !== undefined && watcher.matches(previous)
    if (isMatch) {
      const type = wasMatch && !reportsChangesAsAdded(request) ? 'MODIFIED' : 'ADDED'
      this.#write(watcher, type, this.#encode(watcher, object))
    } else if (wasMatch) {
      // What leaves the selection is reported as it was, at the revision it left.
      const last =
        change.type === 'DELETED'
          ? object
          : { ...previous, metadata: { ...previous.metadata, resourceVersion: String(change.revision) } }
      this.#write(watcher, 'DELETED', this.#encode(watcher, last))
    }
  }

  #encode(watcher: Watcher, object: KubeObject): string {
    const { request, representation } = watcher
    if (representation.as === 'Table') {
      const columns = !watcher.sentColumns
      watcher.sentColumns = true
      const metadata = { resourceVersion: object.metadata.resourceVersion }
      return JSON.stringify(toTable(tableRequest(request, representation), [object], metadata, columns))
    }
    if (representation.as) return JSON.stringify(toPartial(object, representation.metaVersion!))
    return encodeObject(request.type, object)
  }

  #sendBookmarks(): void {
    for (const watchers of this.#byResource.values()) {
      for (const watcher of watchers) if (watcher.bookmarks) this.#bookmark(watcher, false)
    }
  }

  #bookmark(watcher: Watcher, endsInitialEvents: boolean): void {
    const { request, representation } = watcher
    const metadata = {
      resourceVersion: String(this.#store.revision),
      ...(endsInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}),
    }
    const shell = {
      kind: request.type.kind,
      apiVersion: apiVersionOf(request.type),
      metadata,
      ...emptyParts(request.type.id),
    } as unknown as KubeObject
    if (representation.as === 'Table') {
      const table = toTable(
        tableRequest(request, representation),
        [],
        { resourceVersion: metadata.resourceVersion },
        !watcher.sentColumns,
      )
      const row = {
        cells: tableRequest(request, representation).table.columns.map(emptyCell),
        object: toPartial(shell, 'v1'),
      }
      watcher.sentColumns = true
      this.#write(watcher, 'BOOKMARK', JSON.stringify({ ...table, rows: [row] }))
      return
    }
    const body = representation.as ? toPartial(shell, representation.metaVersion!) : shell
    this.#write(watcher, 'BOOKMARK', JSON.stringify(body))
  }

  #write(watcher: Watcher, type: string, object: string): void {
    const { res } = watcher
    if (res.writableEnded || res.destroyed) return
    res.write(`{"type":"${type}","object":${object}}\n`)
    if (res.writableLength > MOST_QUEUED_BYTES) res.destroy()
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

const ADDED_ONLY = new Set(['networkpolicies.projectcalico.org', 'globalnetworkpolicies.projectcalico.org'])

/** Calico's API server reports changed policies as ADDED (seen on 3.33-dev); tiers and sets as MODIFIED. */
function reportsChangesAsAdded({ type }: ResourceRequest): boolean {
  return type.aggregated && ADDED_ONLY.has(type.id)
}

function initialEventsWanted(request: ResourceRequest): boolean {
  const { query, type } = request
  if (!query.has('sendInitialEvents')) {
    if (query.get('resourceVersionMatch'))
      throw invalidListOption(
        'resourceVersionMatch',
        'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      )
    return false
  }
  if (type.aggregated) {
    throw invalidListOption(
      'sendInitialEvents',
      'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    )
  }
  if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw invalidListOption(
      'resourceVersionMatch',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    )
  }
  return parseBoolean(query, 'sendInitialEvents')
}

function invalidListOption(field: string, message: string): ApiError {
  return new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: 'FieldValueForbidden', message, field }],
  })
}

function tooOld({ type }: ResourceRequest, asked: number, current: number): ApiStatus {
  const message = `too old resource version: ${asked} (${current})`
  if (type.aggregated)
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'InternalError' }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Expired', code: 410 }
}
