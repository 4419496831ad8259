import type { ServerResponse } from 'node:http'
import { ApiError, type ApiStatus } from '../api/api-error.ts'
import type { ResourceRequest } from '../api/context.ts'
import { selectObjects, tooLarge } from '../api/handlers/read.ts'
import { parseBoolean, parseInteger, parseResourceVersion } from '../api/query-options.ts'
import type { Change, KubeObject, ResourceId, Store } from '../contracts.ts'
import { toWarningHeader } from './respond.ts'
import { WatchEncoder, type WatchEvent } from './watch-encoder.ts'
import { WatchStream } from './watch-stream.ts'

const BOOKMARK_EVERY_MS = 60_000

interface Watcher {
  request: ResourceRequest
  stream: WatchStream
  matches: (object: KubeObject) => boolean
  bookmarks: boolean
}

/** All open watches: one subscription to the store, each change sent to the watches it concerns. */
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

  close(): void {
    this.#unsubscribe()
    clearInterval(this.#bookmarkTimer)
    for (const watchers of this.#byResource.values()) for (const watcher of watchers) watcher.stream.end()
  }

  /** Answers a watch request; throws `ApiError` for what is refused before the stream starts. */
  open(request: ResourceRequest, res: ServerResponse): void {
    const { query, type } = request
    const encoder = new WatchEncoder(request)
    const text = query.get('resourceVersion') ?? ''
    const asked = text === '' ? 0 : parseResourceVersion(text, true)
    const wantsInitial = initialEventsWanted(request)
    const { items, matches } = selectObjects(request, 'watch')
    const timeout = parseInteger(query, 'timeoutSeconds')
    const bookmarks = parseBoolean(query, 'allowWatchBookmarks')
    const { revision } = this.#store
    const startsFromState = wantsInitial || asked === 0
    if (!startsFromState && asked > revision) throw tooLarge(asked, revision)
    const missed = startsFromState ? [] : this.#store.since(asked, type.storedAs)
    // Headers go out before the first event: clients wait for them.
    res.writeHead(200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache, private',
      'Transfer-Encoding': 'chunked',
      ...(request.warnings.length > 0 ? { Warning: request.warnings.map(toWarningHeader) } : {}),
    })
    res.flushHeaders()
    const stream = new WatchStream(res, (event) => encoder.line(event))
    if (missed === null) {
      stream.send({ type: 'ERROR', status: tooOld(request, asked, revision) })
      stream.end()
      return
    }
    const watcher: Watcher = { request, stream, matches, bookmarks }
    const events: WatchEvent[] = startsFromState
      ? items.map((object) => ({ type: 'ADDED', object }))
      : missed.flatMap((change) => eventFor(watcher, change) ?? [])
    if (wantsInitial || (startsFromState && bookmarks && text === '0'))
      events.push({ type: 'BOOKMARK', revision, endsInitialEvents: true })
    stream.begin(events)
    this.#add(watcher, res, timeout)
  }

  #add(watcher: Watcher, res: ServerResponse, timeoutSeconds: number | undefined): void {
    const resource = watcher.request.type.storedAs
    let watchers = this.#byResource.get(resource)
    if (!watchers) {
      watchers = new Set()
      this.#byResource.set(resource, watchers)
    }
    watchers.add(watcher)
    let timer: NodeJS.Timeout | undefined
    if (timeoutSeconds !== undefined && timeoutSeconds > 0) {
      timer = setTimeout(() => watcher.stream.end(), Math.min(timeoutSeconds * 1000, 2 ** 31 - 1)).unref()
    }
    const forget = () => {
      clearTimeout(timer)
      watchers.delete(watcher)
    }
    res.once('close', forget)
    res.once('finish', forget)
    res.on('error', forget)
  }

  #publish(change: Change): void {
    for (const watcher of this.#byResource.get(change.resource) ?? []) {
      const event = eventFor(watcher, change)
      if (event) watcher.stream.send(event)
    }
  }

  #sendBookmarks(): void {
    const event: WatchEvent = { type: 'BOOKMARK', revision: this.#store.revision, endsInitialEvents: false }
    for (const watchers of this.#byResource.values()) {
      for (const watcher of watchers) if (watcher.bookmarks) watcher.stream.send(event)
    }
  }
}

/** What a change is to one watch: nothing, when it was and is outside its selection. */
function eventFor({ request, matches }: Watcher, change: Change): WatchEvent | undefined {
  const { object, previous } = change
  if (request.namespace !== undefined && object.metadata.namespace !== request.namespace) return undefined
  const isMatch = change.type !== 'DELETED' && matches(object)
  const wasMatch = previous !== undefined && matches(previous)
  if (isMatch) return { type: wasMatch && !reportsChangesAsAdded(request) ? 'MODIFIED' : 'ADDED', object }
  if (!wasMatch) return undefined
  if (change.type === 'DELETED') return { type: 'DELETED', object }
  // What leaves the selection is reported as it was, at the revision it left.
  const metadata = { ...previous.metadata, resourceVersion: String(change.revision) }
  return { type: 'DELETED', object: { ...previous, metadata } }
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
