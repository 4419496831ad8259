import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { KubeObject, ResourceId, SandboxOptions, SimClock, Store } from '../contracts.ts'

/** Who asks, after authentication and impersonation. Members of `system:masters` may do everything. */
export interface UserInfo {
  username: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

/** What admission gets for one write, after decoding and defaulting of core kinds, before anything is stored. */
export interface AdmitRequest {
  operation: 'create' | 'update' | 'delete'
  resource: ResourceId
  /** `status`, `scale`, `ephemeralcontainers`; absent for the plain resource. */
  subresource?: string
  /** The object as it would be stored (a fresh copy: may be changed). For a delete: the stored one (frozen). */
  object: KubeObject
  /** The stored object before this write (frozen); absent for a create. */
  previous?: KubeObject
  dryRun: boolean
  /** `fieldValidation=Strict`: unknown fields refuse the write instead of warning. */
  fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  /** How the body came: a PATCH words its refusals differently from a POST or PUT. */
  via: 'post' | 'put' | 'patch' | 'apply' | 'delete'
  user: UserInfo
}

export interface Admitted {
  object: KubeObject
  /** Each becomes a `Warning: 299` header. */
  warnings?: readonly string[]
}

/** Validates, defaults and normalises one write. Throws `ApiError` to refuse it. */
export type AdmitHook = (request: AdmitRequest) => Admitted

/** `meta.k8s.io/v1` Table columns and cells. */
export interface TableColumn {
  name: string
  type: string
  format?: string
  description?: string
  /** 0 = always, 1 = only with `-o wide`. */
  priority?: number
}

export interface TableHook {
  columns: readonly TableColumn[]
  row(object: KubeObject, now: Date): readonly unknown[]
}

export interface ApiHooks {
  /** Per resource (`tiers.projectcalico.org`); replaces the simple built-in handling of that resource. */
  admit?: Readonly<Record<ResourceId, AdmitHook>>
  tables?: Readonly<Record<ResourceId, TableHook>>
  /** Seen after each write that was stored, in the same turn. */
  afterWrite?: (write: {
    operation: 'create' | 'update' | 'delete'
    resource: ResourceId
    object: KubeObject
    command?: string
  }) => void
}

/** One exec, attach, log or port-forward request whose pod and container exist and whose user may do it. */
export interface PodStreamParams {
  subresource: 'exec' | 'attach' | 'log' | 'portforward'
  namespace: string
  pod: KubeObject
  /** The container asked for, or the default one (annotation `kubectl.kubernetes.io/default-container`, else the first). Empty for portforward. */
  container: string
  query: URLSearchParams
  user: UserInfo
}

/**
 * Takes over the socket of an upgrade request: GET with a WebSocket upgrade, or POST with `Upgrade: SPDY/3.1`
 * (`req.method` and `req.headers.upgrade` tell). The handler answers the 101 itself.
 */
export type UpgradeStream = (req: IncomingMessage, socket: Duplex, head: Buffer, params: PodStreamParams) => void

export interface StreamHandlers {
  exec?: UpgradeStream
  attach?: UpgradeStream
  portForward?: UpgradeStream
  /** Plain HTTP: writes text/plain into `res` and ends it. Query: follow, tailLines, previous, timestamps, sinceSeconds, limitBytes. */
  log?: (req: IncomingMessage, res: ServerResponse, params: PodStreamParams) => void
}

export interface ApiHandlerDeps {
  store: Store
  clock: SimClock
  /** Bearer token of the administrator. */
  token: string
  calico: SandboxOptions['calico']
  /** The port the listener has: the Host check needs it. */
  hostPort: () => number
  hooks?: ApiHooks
  streams?: StreamHandlers
  /** Told about errors that are bugs of the sandbox: the client only sees a 500. */
  onBug?: (error: unknown) => void
}

export interface ApiHandler {
  /** For `server.on('request')`. Never rejects. */
  handleRequest(req: IncomingMessage, res: ServerResponse): void
  /** For `server.on('upgrade')`. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends every open watch, so that the listener can close. */
  close(): void
}
