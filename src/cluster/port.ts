/**
 * What the rest of the program may ask of a cluster. Two adapters carry out changes (kubectl, API client); everything
 * that reads, watches or executes goes through the API client. Nothing here knows steps or policy.
 */

/** As in YAML. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [key: string]: any
  }
  spec?: Record<string, any>
  status?: Record<string, any>
  [key: string]: any
}

/** `{apiVersion: 'projectcalico.org/v3', kind: 'Tier'}`; the adapter finds the resource by discovery. */
export interface KindRef {
  apiVersion: string
  kind: string
}

export interface ObjectRef extends KindRef {
  name: string
  namespace?: string
}

export interface ListOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

export type WatchEvent =
  | { type: 'added' | 'modified' | 'deleted'; object: KubeObject }
  /** A fresh list replaces everything known: the first event, and again after a lost connection. */
  | { type: 'synced'; objects: KubeObject[] }
  | { type: 'lost'; reason: string }

export interface ExecRequest {
  namespace: string
  pod: string
  container?: string
  command: readonly string[]
  stdin?: string
  /** Ends the session from this side; the result is then `failed` with reason `deadline`. */
  deadlineMs?: number
}

/**
 * `exited`: the command ran. `no-binary`: the container has no such program. Everything else is `failed`,
 * with a reason class decided at this edge (nobody matches message text inland).
 */
export type ExecResult =
  | { kind: 'exited'; exitCode: number; stdout: string; stderr: string }
  | { kind: 'no-binary'; message: string }
  | {
      kind: 'failed'
      reason: 'pod-missing' | 'container-missing' | 'forbidden' | 'cut' | 'deadline' | 'cancelled' | 'other'
      message: string
      stdout: string
      stderr: string
    }

export type EphemeralResult =
  | { kind: 'running'; container: string }
  | {
      kind: 'failed'
      reason: 'forbidden' | 'pod-missing' | 'image' | 'admission' | 'deadline' | 'other'
      message: string
    }

/** What the API offers, by discovery only. */
export interface ApiSurface {
  serverVersion: string
  /** `group/version` -> resources; `kind` as served. Core is `v1`. */
  resources: ReadonlyMap<
    string,
    readonly { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }[]
  >
  features: Features
}

/** Found by discovery; `when:` in steps and doctor read these. */
export interface Features {
  calico: boolean
  /** `projectcalico.org/v3` is served (aggregated or native). */
  calicoApi: boolean
  calicoMode: 'aggregated' | 'native' | 'none'
  tiers: boolean
  staged: boolean
  /** `allowedEgressDomains` is accepted. */
  domains: boolean
  calicoVersion?: string
  edition: 'open-source' | 'enterprise' | 'none'
}

/**
 * A change or a read-only line, in the form both adapters can carry out and `toKubectlArgs` can print.
 * Paths are absolute; the printed line uses the path as given in `shownPath` when present.
 */
export type Operation =
  /** `objects`: what is in the file, from a caller that has just read it; the API client then need not. */
  | { kind: 'apply'; path: string; shownPath?: string; objects?: readonly KubeObject[] }
  /** Objects made by the program itself (resolve-domains): shown as `kubectl apply -f FILE` of a file it has written. */
  | { kind: 'delete'; path: string; shownPath?: string }
  | {
      kind: 'delete-object'
      ref: ObjectRef /** plural resource as typed, e.g. `globalnetworkpolicies.projectcalico.org` */
      resource: string
    }
  | {
      kind: 'label'
      /** As typed: `pods`, `namespace`. */
      resource: string
      namespace?: string
      all?: boolean
      name?: string
      selector?: string
      /** null takes the label off. */
      labels: Readonly<Record<string, string | null>>
      overwrite?: boolean
    }
  | { kind: 'create-namespace'; name: string; labels?: Readonly<Record<string, string>> }
  | {
      kind: 'run-pod'
      name: string
      namespace: string
      image: string
      labels?: Readonly<Record<string, string>>
    }
  /** Deletes the pods that match and waits until their replacements are ready. */
  | { kind: 'restart'; namespace: string; selector: string }
  | {
      kind: 'wait'
      resource: string
      namespace?: string
      name?: string
      all?: boolean
      selector?: string
      condition: string
      timeoutSeconds: number
    }
  /** A read-only kubectl line. `args` without `kubectl`, `--context`. */
  | { kind: 'show'; args: readonly string[] }

export interface OutputChunk {
  stream: 'stdout' | 'stderr'
  text: string
}

export interface OperationResult {
  ok: boolean
  exitCode: number
  /** Objects made, changed or removed, as far as the adapter knows. */
  changed?: number
  /** On failure: what the server said, and what to do. */
  message?: string
  hint?: string
}

export interface RunOptions {
  signal?: AbortSignal
  onOutput?: (chunk: OutputChunk) => void
}

/** Carries out operations: `kubectl.ts` or `api.ts`. The objects afterwards are the same. */
export interface Executor {
  readonly via: 'kubectl' | 'api'
  run(operation: Operation, options?: RunOptions): Promise<OperationResult>
}

export type ProbeToolName = 'nc' | 'curl' | 'ping' | 'dig'

/** One connection to try from inside a pod. */
export interface ProbeTry {
  /** Unique in its batch; letters, digits, `.`, `-`, `_` and `:` only are kept in the script, anything is fine here. */
  key: string
  tool: ProbeToolName
  /** Service name, pod address or outside name. */
  host: string
  /** Needed by nc; curl uses it when given; for dig it is the server's port. */
  port?: number
  /** curl only: `http` unless given. `path` defaults to `/`. */
  scheme?: 'http' | 'https'
  path?: string
  /** curl only: connect to this very address under the name `host`. */
  resolveTo?: string
  /** dig only: the server asked; the pod's own resolver when absent. */
  server?: string
  /** curl only: GET and report the status instead of HEAD (the shop's pages). */
  get?: boolean
}

/**
 * What a tool's exit code and words amount to. Only `timed-out` can prove `blocked`, only a completed connection is
 * `open`; `unclear` is neither and is shown as it is.
 */
export interface ProbeReading {
  outcome: 'open' | 'timed-out' | 'refused' | 'name-not-resolved' | 'cannot-run' | 'unclear'
  /** A short sentence: `Operation timed out`, `no nc in this container`. */
  detail: string
  evidence: { command: string; exitCode: number | null; output: string }
  /** curl only. */
  httpStatus?: number
  /** curl, of a page that was asked for: without its headers. */
  pageBytes?: number
  /** curl: the address connected to; dig: every address answered. */
  addresses?: string[]
}

export interface ProbeBatch {
  namespace: string
  pod: string
  container?: string
  probes: readonly ProbeTry[]
  /** The whole exec; default 30 s. */
  deadlineMs?: number
}

/** `failed`: the script as a whole could not run, no reading exists. */
export type ProbeBatchResult =
  | { kind: 'ran'; readings: ReadonlyMap<string, ProbeReading> }
  | { kind: 'failed'; reason: 'no-shell' | Extract<ExecResult, { kind: 'failed' }>['reason']; message: string }

export interface ClusterPort {
  /** Context name as shown to people; `sandbox` for the embedded one. */
  readonly context: string
  readonly kubeconfig: string
  readonly isSandbox: boolean
  readonly server: string
  /** Carries out actions by the chosen way. */
  readonly executor: Executor

  surface(options?: { refresh?: boolean }): Promise<ApiSurface>
  /** null when it does not exist (404 of the object, or of its kind). */
  get(ref: ObjectRef): Promise<KubeObject | null>
  /** An empty list when the kind is not served. */
  list(kind: KindRef, options?: ListOptions): Promise<KubeObject[]>
  /** Create or replace the spec, labels and annotations of one object, retrying conflicts. Used for the baseline ConfigMap and for restoring. */
  put(object: KubeObject): Promise<KubeObject>
  create(object: KubeObject, options?: { dryRun?: boolean }): Promise<KubeObject>
  /** JSON merge patch. */
  patch(ref: ObjectRef, body: unknown): Promise<KubeObject>
  /** True when something was deleted; false when it was not there. `uid` makes it a precondition. */
  delete(ref: ObjectRef, options?: { uid?: string; gracePeriodSeconds?: number }): Promise<boolean>
  /** Ends when the signal aborts. Reconnects by itself. */
  watch(kind: KindRef, options: ListOptions, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>
  exec(request: ExecRequest, signal?: AbortSignal): Promise<ExecResult>
  /** All probes of one source pod at the same time in one exec, each classified (`exec-output.ts`). */
  probe(batch: ProbeBatch, signal?: AbortSignal): Promise<ProbeBatchResult>
  /** The exact line a person can paste in another terminal for this operation. */
  shown(operation: Operation): string
  /** The same for one command in a pod: `kubectl ... exec -n NS POD -c C -- nc -zvw 3 HOST PORT`. */
  shownExec(target: { namespace: string; pod: string; container?: string }, command: readonly string[]): string
  /** Adds an ephemeral container (or finds a running one of that name) and waits until it runs. */
  ensureEphemeral(
    request: {
      namespace: string
      pod: string
      name: string
      image: string
      profile: 'restricted' | 'baseline'
      deadlineMs: number
    },
    signal?: AbortSignal,
  ): Promise<EphemeralResult>
  /** SelfSubjectAccessReview. */
  can(
    verb: string,
    resource: { group?: string; resource: string; subresource?: string; namespace?: string; name?: string },
  ): Promise<boolean>
  /** What of these operations this user may not do, as sentences; Calico's tier rights included. Changes nothing. */
  refusals?(operations: readonly Operation[]): Promise<string[]>
  close(): Promise<void>
}
