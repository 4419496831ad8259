import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { KubeObject } from '../../src/sandbox/contracts.ts'
import { signToken } from '../../src/sandbox/server/service-account-token.ts'
import { type Actual, compareAnswers } from './compare.ts'
import type { RecordedRequest, Recording } from './recording.ts'
import { foundNoContainer, replaySession } from './session.ts'
import { SKIPS } from './skips.ts'
import type { World } from './world.ts'

export interface Target {
  port: number
  token: string
  world: World
  /** Told which session the sandbox's programs have to play now. */
  playing: (request: RecordedRequest | undefined) => void
}

export interface CaseResult {
  name: string
  outcome: 'passed' | 'failed' | 'skipped'
  details: string[]
}

const WATCH_SILENCE_MS = 60

/** Sends a recording's requests to the sandbox, in order, and compares each answer with the recorded one. */
export async function replay(recording: Recording, target: Target): Promise<CaseResult> {
  if (recording.broken) return { name: recording.name, outcome: 'failed', details: ['this file is not a recording'] }
  const details: string[] = []
  const reasons = new Set<string>()
  let compared = 0
  if (recording.user === 'viewer') seedViewer(target.world)
  for (const request of recording.requests) {
    const skip = SKIPS.find((rule) => rule.applies(request, recording))
    target.world.prepare(request)
    if (skip) {
      reasons.add(skip.reason)
      continue
    }
    compared++
    if (request.response.status === 101) {
      const problems = await session(request, recording, target)
      details.push(...problems.map((problem) => `${request.path}${describeQuery(request)}: ${problem}`))
      continue
    }
    const actual = await send(request, recording, target)
    for (const problem of compareAnswers(request.response, actual, {
      rows: request.query.fieldSelector === undefined,
    })) {
      details.push(`${request.method} ${request.path}${describeQuery(request)}: ${problem}`)
    }
  }
  if (compared === 0)
    return {
      name: recording.name,
      outcome: 'skipped',
      details: reasons.size > 0 ? [...reasons] : ['the command asked the server nothing'],
    }
  return { name: recording.name, outcome: details.length === 0 ? 'passed' : 'failed', details }
}

async function session(request: RecordedRequest, recording: Recording, target: Target): Promise<string[]> {
  target.world.prepareSession(request, !foundNoContainer(request))
  target.playing(request)
  const path = `${request.path}?${queryOf(request)}`
  const problems = await replaySession(request, path, target, tokenFor(recording, target))
  target.playing(undefined)
  return problems
}

function queryOf(request: RecordedRequest): URLSearchParams {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(request.query)) for (const one of [value].flat()) query.append(key, one)
  return query
}

function describeQuery(request: RecordedRequest): string {
  const keys = Object.keys(request.query).filter((key) => key !== 'timeout')
  return keys.length === 0 ? '' : `?${keys.map((key) => `${key}=${request.query[key]}`).join('&')}`
}

function tokenFor(recording: Recording, target: Target): string {
  if (recording.user === 'bad') return 'wrong'
  if (recording.user !== 'viewer') return target.token
  const account = target.world.store.get('serviceaccounts', 'rec', 'viewer')!
  const now = new Date()
  return signToken(
    {
      namespace: 'rec',
      name: 'viewer',
      uid: account.metadata.uid!,
      audiences: [],
      issuedAt: now,
      expiresAt: new Date(now.getTime() + 3_600_000),
    },
    target.token,
  )
}

function seedViewer({ store }: World): void {
  const api = 'rbac.authorization.k8s.io'
  if (store.get(`roles.${api}`, 'rec', 'viewer')) return
  store.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'viewer', namespace: 'rec' },
  })
  store.create(`roles.${api}`, {
    apiVersion: `${api}/v1`,
    kind: 'Role',
    metadata: { name: 'viewer', namespace: 'rec' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
  })
  store.create(`rolebindings.${api}`, {
    apiVersion: `${api}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'viewer', namespace: 'rec' },
    roleRef: { apiGroup: api, kind: 'Role', name: 'viewer' },
    subjects: [{ kind: 'ServiceAccount', name: 'viewer', namespace: 'rec' }],
  })
}

async function send(request: RecordedRequest, recording: Recording, target: Target): Promise<Actual> {
  const query = queryOf(request)
  const isWatch = request.response.events !== undefined || query.get('watch') === 'true'
  if (isWatch) seedInitial(request, target.world)
  const { revision } = target.world.store
  if (isWatch && Number(query.get('resourceVersion') ?? 0) > 0 && !isTooOld(request))
    query.set('resourceVersion', String(revision))
  if (query.get('continue') && request.response.status === 200) query.set('continue', firstPageToken(request, target))
  const path = `${request.path}${query.size > 0 ? `?${query}` : ''}`
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) if (!name.startsWith('kubectl-')) headers[name] = value
  headers.authorization = `Bearer ${tokenFor(recording, target)}`
  if (request.response.status === 304) Object.assign(headers, await validators(path, headers, target))
  const body = bodyOf(request, target)
  return isWatch && request.response.status === 200
    ? watch(path, headers, request, target)
    : exchange(request.method, path, headers, body, target)
}

function seedInitial(request: RecordedRequest, world: World): void {
  const route = world.routeOf(request)
  const { events = [] } = request.response
  if (!route) return
  for (const event of events.slice(0, initialEvents(request))) {
    const object = objectOf(event.object)
    if (object?.metadata?.name) world.put(route, object)
  }
  // Changes reported before their object was ever shown: it was there all the same.
  const first = new Set<string>()
  for (const event of events) {
    const object = objectOf(event.object)
    const key = `${object?.metadata?.namespace}/${object?.metadata?.name}`
    if (first.has(key) || !object?.metadata?.name) continue
    first.add(key)
    if (event.type === 'MODIFIED' || event.type === 'DELETED') {
      if (!world.store.get(route.type.storedAs, object.metadata.namespace ?? route.namespace, object.metadata.name))
        world.put(route, object)
    }
  }
}

function isTooOld(request: RecordedRequest): boolean {
  return (request.response.events ?? []).some((event) => event.type === 'ERROR')
}

function firstPageToken(request: RecordedRequest, { world }: Target): string {
  const items: any[] = request.response.body?.items ?? []
  const first = items[0]?.metadata
  const before = first ? `${first.namespace ?? ''}/${first.name.slice(0, -1)}` : ''
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: world.store.revision, start: before })).toString(
    'base64url',
  )
}

/** The recorded body; a resourceVersion the real server accepted is replaced by the one this store gave the object. */
function bodyOf(request: RecordedRequest, target: Target): Buffer | undefined {
  if (request.bodyBase64) return Buffer.from(request.bodyBase64, 'base64')
  if (request.bodyText !== undefined) return Buffer.from(request.bodyText)
  if (request.body === undefined || request.body === null) return undefined
  const route = target.world.routeOf(request)
  const current = route?.name ? target.world.store.get(route.type.storedAs, route.namespace, route.name) : undefined
  const body = structuredClone(request.body)
  if (current && request.response.status < 400) {
    const { resourceVersion, uid } = current.metadata
    if (body.metadata?.resourceVersion) body.metadata.resourceVersion = resourceVersion
    if (body.metadata?.uid) body.metadata.uid = uid
    if (body.preconditions?.uid) body.preconditions.uid = uid
    if (Array.isArray(body))
      for (const op of body) if (op.path === '/metadata/resourceVersion') op.value = resourceVersion
  }
  return Buffer.from(JSON.stringify(body))
}

/** What a client would have kept from an earlier answer. */
async function validators(
  path: string,
  headers: Record<string, string>,
  target: Target,
): Promise<Record<string, string>> {
  const { 'if-none-match': _dropped, ...rest } = headers
  const pinned = path.replace(/hash=[0-9A-F]+/, 'hash=')
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: target.port, path: pinned, headers: rest }, resolve)
      .on('error', reject)
      .end()
  })
  answer.resume()
  const modified = answer.headers['last-modified']
  if (!headers['if-none-match'] && modified) return { 'if-modified-since': modified }
  return { 'if-none-match': answer.headers.etag ?? '' }
}

function exchange(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer | undefined,
  target: Target,
): Promise<Actual> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port: target.port,
        method,
        path,
        headers: { ...headers, ...(body ? { 'content-length': String(body.length) } : {}) },
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk) => chunks.push(chunk))
        res.on('end', () => resolve(toActual(res, Buffer.concat(chunks).toString('utf8'))))
        res.on('error', reject)
      },
    )
    sent.on('upgrade', (res, socket) => {
      socket.destroy()
      resolve({ status: res.statusCode ?? 0, contentType: '', body: undefined, text: '' })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function toActual(res: IncomingMessage, text: string): Actual {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  return { status: res.statusCode ?? 0, contentType: String(res.headers['content-type'] ?? ''), body, text }
}

/** Opens the watch, then lets the recorded changes happen in the store, and collects what the sandbox reports. */
function watch(
  path: string,
  headers: Record<string, string>,
  request: RecordedRequest,
  target: Target,
): Promise<Actual> {
  return new Promise((resolve, reject) => {
    const expected = request.response.events ?? []
    const sent = httpRequest({ host: '127.0.0.1', port: target.port, path, headers }, (res) => {
      const events: { type: string; object: any }[] = []
      let rest = ''
      const done = () => {
        sent.destroy()
        resolve({ ...toActual(res, ''), events })
      }
      let timer = setTimeout(done, WATCH_SILENCE_MS)
      res.on('data', (chunk) => {
        rest += chunk
        const lines = rest.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line) events.push(JSON.parse(line))
        clearTimeout(timer)
        timer = setTimeout(done, events.length >= expected.length ? 10 : WATCH_SILENCE_MS)
      })
      res.on('end', () => {
        clearTimeout(timer)
        done()
      })
      setImmediate(() => playEvents(expected, request, target))
    })
    sent.on('error', (error) => (sent.destroyed ? undefined : reject(error)))
    sent.end()
  })
}

/** Applies what happened on the real cluster while the watch was open. */
/** Events that came at once show what was there before the watch; later ones happened during it. */
const AT_ONCE_MS = 150

function initialEvents(request: RecordedRequest): number {
  const { events = [], eventMs = [] } = request.response
  const startsFromState = (request.query.resourceVersion ?? '0') === '0' || request.query.sendInitialEvents === 'true'
  if (!startsFromState) return 0
  const bookmark = events.findIndex((event) => event.type === 'BOOKMARK')
  if (bookmark >= 0) return bookmark
  const later = events.findIndex((event, index) => event.type !== 'ADDED' || (eventMs[index] ?? 0) > AT_ONCE_MS)
  return later < 0 ? events.length : later
}

function playEvents(
  expected: readonly { type: string; object: any }[],
  request: RecordedRequest,
  { world }: Target,
): void {
  const route = world.routeOf(request)
  if (!route) return
  for (const event of expected.slice(initialEvents(request))) {
    const object = objectOf(event.object)
    if (!object?.metadata?.name) continue
    const { name, namespace = route.namespace } = object.metadata
    const current = world.store.get(route.type.storedAs, namespace, name)
    const draft = {
      ...object,
      apiVersion: 'v1',
      kind: route.type.kind,
      metadata: { ...object.metadata, resourceVersion: undefined, uid: undefined },
    } as KubeObject
    if (event.type === 'DELETED') leave(world, route.type.storedAs, current, draft)
    else if (event.type === 'BOOKMARK' || event.type === 'ERROR') continue
    else if (current) change(world, route.type.storedAs, current, draft)
    else if (event.type === 'ADDED') world.store.create(route.type.storedAs, draft)
  }
}

/** Two changes that only differ in what recordings hide are still two. */
function change({ store }: World, resource: string, current: KubeObject, next: KubeObject): void {
  if (store.update(resource, next) !== current) return
  const annotations = { ...next.metadata.annotations, 'contract/step': String(store.revision) }
  store.update(resource, { ...next, metadata: { ...next.metadata, annotations } })
}

/** DELETED may also mean that the object left the selection: then its labels changed. */
function leave({ store }: World, resource: string, current: KubeObject | undefined, last: KubeObject): void {
  if (!current) return
  store.remove(resource, current.metadata.namespace, last.metadata.name)
}

function objectOf(object: any): any {
  return object?.kind === 'Table' ? object.rows?.[0]?.object : object
}
