/**
 * The joints between the sandbox's parts: store (objects and their history), life (controllers), network and the
 * simulated programs. The HTTP server sits on top; nothing in here knows about HTTP.
 */

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: {
      apiVersion: string
      kind: string
      name: string
      uid: string
      controller?: boolean
      blockOwnerDeletion?: boolean
    }[]
    finalizers?: string[]
    [key: string]: any
  }
  spec?: any
  status?: any
  [key: string]: any
}

/** `pods`, `deployments.apps`, `tiers.projectcalico.org`: plural, then the group unless it is core. */
export type ResourceId = string

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: ResourceId
  object: KubeObject
  /** Before the change; absent for ADDED. */
  previous?: KubeObject
  revision: number
}

/**
 * The single place objects live. Reads return frozen objects: never change them, `update` takes a new one. Every
 * change bumps the global revision, is kept in a bounded history, and reaches subscribers synchronously in order.
 * Writes throw `ApiError` (api-error.ts) with the status a real server gives.
 */
export interface Store {
  readonly revision: number
  get(resource: ResourceId, namespace: string | undefined, name: string): KubeObject | undefined
  list(resource: ResourceId, namespace?: string): KubeObject[]
  /** Fills uid, creationTimestamp, resourceVersion, generation, generateName. */
  create(resource: ResourceId, object: KubeObject): KubeObject
  /**
   * Replaces; bumps generation when the spec of a kind that has one changed; returns the stored object unchanged when
   * nothing differs. `resourceVersion` in the object must match when present (409 otherwise).
   */
  update(resource: ResourceId, object: KubeObject): KubeObject
  /**
   * Reads, changes a copy, writes. The draft's `metadata`, `spec` and `status` may be written to; what is deeper in it
   * is frozen and must be replaced.
   */
  modify(
    resource: ResourceId,
    namespace: string | undefined,
    name: string,
    change: (draft: KubeObject) => void,
  ): KubeObject | undefined
  /** Removes at once (graceful deletion is the life's business). */
  remove(resource: ResourceId, namespace: string | undefined, name: string): KubeObject | undefined
  subscribe(listener: (change: Change) => void): () => void
  /** Changes after `revision`, or null when the history no longer reaches that far. */
  since(revision: number, resource: ResourceId): Change[] | null
}

/** Wall time for stamps, scaled time for waiting: `sleep(3000)` takes 0 at time-scale 0. */
export interface SimClock {
  now(): Date
  /** Milliseconds, monotonic. */
  monotonic(): number
  readonly scale: number
  /** Resolves after `ms * scale`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type ConnectOutcome =
  | {
      kind: 'open'
      address: string
      port: number /** namespace/name of the pod that answered, or null outside */
      pod: string | null
      hostname?: string
    }
  | { kind: 'timed-out' }
  | { kind: 'refused' }
  | { kind: 'unreachable'; what: 'network' | 'host' }

export type ResolveOutcome =
  | { kind: 'answer'; name: string; cname?: string; addresses: string[] }
  | { kind: 'nxdomain' }
  /** The query was dropped by policy: the caller waits its own DNS time-out. */
  | { kind: 'timed-out' }
  /** The server answered that it cannot say, after waiting for its own upstream (scaled milliseconds). */
  | { kind: 'servfail'; tookMs: number }

/** What a pod's network does, decided by the policy engine and the objects of the store. Waits are the caller's. */
export interface Network {
  /** `from` is the pod's `namespace/name`. Follows /etc/resolv.conf: search path, ndots 5. Asks over UDP unless `tcp`. */
  resolve(from: string, name: string, options?: { tcp?: boolean; server?: string }): ResolveOutcome
  connect(from: string, address: string, port: number, protocol?: 'TCP' | 'UDP'): ConnectOutcome
  ping(from: string, address: string): 'answered' | 'lost' | 'unreachable'
  /** An HTTP exchange over an open connection (shop pages by their real call graph, outside names). */
  http(from: string, request: HttpRequest): Promise<HttpResponse>
}

export interface HttpRequest {
  method: string
  scheme: 'http' | 'https'
  host: string
  address: string
  port: number
  path: string
  /** Names in lower case. */
  headers?: Record<string, string>
  /** A form, for POST. */
  body?: string
}

export interface HttpResponse {
  status: number
  reason: string
  headers: [string, string][]
  body: string
  /** Scaled waiting the server itself took (a page that waits for a blocked backend). */
  tookMs: number
  /** What answered is no HTTP server (or no TLS one): the connection ended like this and `status` is 0. */
  broken?: 'empty-reply' | 'reset' | 'not-http' | 'not-tls' | 'silent'
  /** Over https, when the certificate does not verify. */
  certificate?: 'self-signed'
}

export interface ProcessIo {
  stdin: AsyncIterable<Uint8Array> | null
  stdout(data: string | Uint8Array): void
  stderr(data: string | Uint8Array): void
  tty: boolean
  /** Called with each terminal size; present with tty. */
  onResize?: (listener: (size: { width: number; height: number }) => void) => void
}

export type ProcessEnd =
  | { kind: 'exited'; code: number }
  /** The container runtime could not start it: `exec: "sh": executable file not found in $PATH`. */
  | { kind: 'not-started'; message: string }

/** Runs a command inside a container, simulated: never a real process. */
export interface ProcessRunner {
  run(
    target: { namespace: string; pod: string; container: string },
    command: readonly string[],
    io: ProcessIo,
    signal: AbortSignal,
  ): Promise<ProcessEnd>
}

export interface SandboxOptions {
  /** Folder for kubeconfig, certificate, token and state; `null` keeps everything in memory (tests). */
  home: string | null
  calico: '3.29' | '3.30' | '3.31' | '3.32' | 'native' | 'enterprise' | 'none'
  /** 0 = no simulated waiting, 1 = real delays. */
  timeScale: number
  /** 0 or absent: the port kept for this home and calico value, or a free one. */
  port?: number
  withShop?: boolean
  /** Folder of the shop's manifests, for `withShop`; the package's own when absent. */
  shopManifests?: string
  /** Folder of the clusters the build installed ahead; beside the bundle when absent. */
  readyMade?: string
  /** Told about what the user should know but nobody waits for: a damaged state file set aside. */
  onNotice?: (message: string) => void
  /** Milliseconds (scaled) a policy takes until it is enforced, so that polling is exercised. */
  enforcementDelayMs?: number
  /** False: connections end with the policy that forbids them, as with a CNI that checks every packet. */
  keepsConnections?: boolean
  /** kind -> rate 0..1. */
  faults?: Readonly<Record<string, number>>
  /** Decides which requests are hit, 0 to below 1; `Math.random` when absent. */
  random?: () => number
}

export interface Sandbox {
  readonly url: string
  readonly kubeconfigPath: string
  readonly kubeconfig: string
  readonly calico: SandboxOptions['calico']
  /** False when another process on the same home serves it and this one attached. */
  readonly owned: boolean
  /** How often each fault of `options.faults` was played; absent when attached. */
  faultsInjected?(): Readonly<Record<string, number>>
  /** How many requests were in reach of those faults; 0 without any. */
  requestsSeen?(): number
  /** Resolves when no pod or controller is busy any more; absent when attached. */
  settled?(): Promise<void>
  close(): Promise<void>
}
