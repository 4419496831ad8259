/**
 * Everything the engine needs from outside, passed in and never imported: the cluster, time, and the few files it reads
 * and writes. `commands/` puts the real ones together; tests put in a fake clock.
 */
import type { ClusterPort, KubeObject } from '../cluster/port.ts'
import type { Answer } from './session.types.ts'

interface Clock {
  now(): Date
  /** Milliseconds that never go backwards. */
  monotonic(): number
}

interface ManifestFile {
  /** Absolute. */
  path: string
  /** As printed in command lines; the path when absent. */
  shownPath?: string
}

export interface EngineFiles {
  /** Where a manifest of the track lies; `name` is relative to the track's manifests folder. */
  manifest(name: string): ManifestFile
  /** The objects of a manifest, in order; parsed once. Throws a WorkshopError that names file and line. */
  objects(name: string): readonly KubeObject[]
  /** Writes a manifest made by the program (resolve-domains), so that the line shown can be pasted. */
  writeManifest(name: string, objects: readonly KubeObject[]): Promise<ManifestFile>
  /** Puts a copy of a manifest into the working folder under this name, unless a file of that name is there. */
  placeSkeleton?(skeleton: string, file: string): Promise<ManifestFile>
  /** What the manifests beside `manifests/` in the working folder name, those that can be read. */
  ownFiles?(): readonly { file: string; objects: readonly KubeObject[] }[]
  /** Small JSON documents under the home folder, written atomically. `key` like `UID/baseline`. null when absent. */
  load(key: string): Promise<unknown>
  save(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
}

/** Which steps were proved on this cluster before, and where new ones are written down. */
interface ProgressStore {
  passed(): Promise<readonly number[]>
  /** Those proved where no record in the cluster tells of this program. */
  byHand?(): Promise<readonly number[]>
  record(step: number, passed: boolean, byHand?: boolean): Promise<void>
  /** Questions answered, by question. */
  answers?(): Promise<Readonly<Record<string, Answer>>>
  answered?(question: string, answer: Answer): Promise<void>
  /** Forgets the steps above this one and their answers; all of them with null. */
  forget(above: number | null): Promise<void>
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
  /** First pause between attempts; it doubles, up to eight times that. */
  pollMs: number
  probeImage: string
  /** False: no probe containers and no twin pods (`--no-ephemeral`). */
  allowProbeContainers: boolean
}

export const defaultOptions: EngineOptions = {
  deadlineMs: 20_000,
  pollMs: 250,
  probeImage: 'wbitt/network-multitool',
  allowProbeContainers: true,
}

export interface EngineDeps {
  cluster: ClusterPort
  clock: Clock
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  files: EngineFiles
  progress?: ProgressStore
  self?: RunnerIdentity
  options: EngineOptions
}
