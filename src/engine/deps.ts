/**
 * Everything the engine needs from outside, passed in and never imported: the cluster, time, the probe tools' texts and
 * the few files it reads and writes. `commands/` puts the real ones together; tests put in a fake clock.
 */
import type { ClusterPort, KubeObject, Operation } from '../cluster/port.ts'
import type { ProbeActual } from './events.ts'
import type { ProbeTool } from '../workshop/step.ts'

export interface Clock {
  now(): Date
  /** Milliseconds that never go backwards. */
  monotonic(): number
}

/** One connection to try inside a pod. */
export interface ProbeLine {
  /** Unique within one script; letters, digits and `-` only. */
  id: string
  tool: ProbeTool
  /** Name or address, as a person would type it. For `dig` the name asked for. */
  host: string
  port?: number
  /** With `curl`: the whole URL, and GET instead of HEAD. */
  url?: string
  /** With `curl`: connect to this address whatever the name resolves to (`--resolve`). */
  pin?: string
  /** With `dig`: which server to ask. */
  server?: string
  /** Bounds the connect. */
  timeoutSeconds: number
}

export interface RawProbe {
  id: string
  /** null when the record is incomplete. */
  exitCode: number | null
  output: string
}

export interface Classified {
  actual: Exclude<ProbeActual, 'not-probed'>
  /** Why it cannot run: decided at the edge, so that nobody matches text inland. */
  reason?: 'no-tool' | 'no-permission' | 'usage' | 'unknown'
  /** `curl` only, when a server answered. */
  httpStatus?: number
  /** `dig` only. */
  addresses?: readonly string[]
}

/** Pure builders and parsers of what runs inside pods; they live beside the cluster adapters. */
export interface ProbeKit {
  /** One `sh -c` script that runs all lines at once, writes one record per line to stdout and no file anywhere. */
  script(lines: readonly ProbeLine[]): string
  /** The complete records of a script's stdout; a line without a record did not finish. */
  parse(stdout: string): readonly RawProbe[]
  classify(line: ProbeLine, raw: RawProbe): Classified
  /** The words a person would type after `kubectl exec POD --`. */
  command(line: ProbeLine): readonly string[]
}

export interface ManifestFile {
  /** Absolute. */
  path: string
  /** As printed in command lines. */
  shownPath: string
}

export interface EngineFiles {
  manifest(name: string): ManifestFile
  /** The objects of a manifest, in order; parsed once. Throws a WorkshopError that names file and line. */
  objects(name: string): readonly KubeObject[]
  /** Writes a manifest made by the program (resolve-domains), so that the line shown can be pasted. */
  writeManifest(name: string, objects: readonly KubeObject[]): Promise<ManifestFile>
  /** Small JSON documents under the home folder, written atomically. `key` like `UID/calico/baseline`. */
  load(key: string): Promise<unknown | null>
  save(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
}

/** Which steps were proved on this cluster before, and where new ones are written down. */
export interface ProgressStore {
  passed(): Promise<readonly number[]>
  record(step: number, passed: boolean): Promise<void>
  clear(above: number | null): Promise<void>
}

/** Who we are, for the lock that two runners see. */
export interface RunnerIdentity {
  host: string
  pid: number
  /** Whether a process of this host still lives. */
  isAlive(pid: number): boolean
}

export interface EngineOptions {
  /** How long a result may take to match its expectation. */
  deadlineMs: number
  /** First pause between attempts; it doubles up to eight times that. */
  pollMs: number
  /** Bound of one connect, in seconds. */
  connectSeconds: number
  probeImage: string
  /** False: no probe containers and no twin pods (`--no-ephemeral`). */
  allowProbeContainers: boolean
}

export const defaultOptions: EngineOptions = {
  deadlineMs: 20_000,
  pollMs: 250,
  connectSeconds: 3,
  probeImage: 'wbitt/network-multitool',
  allowProbeContainers: true,
}

export interface EngineDeps {
  cluster: ClusterPort
  clock: Clock
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  random?: () => number
  probeKit: ProbeKit
  /** The exact kubectl line for an operation, context and quoting included. */
  commandLine(operation: Operation): string
  files: EngineFiles
  progress?: ProgressStore
  self?: RunnerIdentity
  options: EngineOptions
}
