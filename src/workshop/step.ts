/**
 * A step as the engine sees it: content only. `schema.ts` (zod) describes the YAML, `parse.ts` turns one into the other.
 * No TypeScript knows what a particular step teaches.
 */
import type { Location } from '../errors/workshop-error.ts'

export interface Track {
  id: string
  title: string
  summary: string
  steps: readonly Step[]
  /** Absolute folder that holds the manifests the steps name. */
  manifestsDir: string
  /** A feature without which the track cannot run, with the sentence that says so. */
  requires?: { feature: FeatureName; message: string }
  /** Where probes may come from and go to. */
  topology: Topology
}

export type FeatureName = 'calicoApi' | 'tiers' | 'staged' | 'domains'

/** Which condition makes an action or proof apply. */
export interface When {
  feature: FeatureName
  not?: boolean
}

/** `steps/<track>/track.yaml`: the named ends of the track's probes. */
export interface Topology {
  /** name -> where its pod is found. `cartservice`, `multitool.default`. */
  sources: readonly { name: string; namespace: string; selector: string }[]
  /** Services probed in the matrix. */
  services: readonly { name: string; namespace: string; port: number; podPort: number; selector: string }[]
  /** Outside names used by probes. */
  outside: readonly string[]
  /** The source that proves an outside name reachable before `blocked` is believed. */
  outsideControl: string
  /** The namespaces the track works in; created by the track when `create`. */
  namespaces: readonly { name: string; create: boolean }[]
  /** Label selector that marks objects of this track. */
  objectLabel: string
}

/**
 * Write it yourself: instead of applying ours, the learner writes the policies. The skeleton is copied to `file` in the
 * working folder; the stage's proofs decide, whatever the policies are called (proofs marked `unlessWritten` do not count).
 */
export interface WriteYourself {
  /** Markdown: what to write. */
  task: string
  /** Relative to the manifests folder. */
  skeleton: string
  /** Name of the copy in the working folder. */
  file: string
  /** Ids of the actions that the learner's file replaces. */
  instead: readonly string[]
}

export interface Step {
  track: string
  number: number
  id: string
  title: string
  goal: string
  /** Markdown. */
  concept: string
  optional: boolean
  /** Usually one; step 5 proves twice, so it has two (`5a`, `5b`). Ids are unique in the track. */
  stages: readonly Stage[]
  hints: readonly string[]
  /** Markdown. */
  debrief: string
  /** True when the proofs already hold before the actions (a step that changes no verdict). */
  startsGreen: boolean
  /** View the screen offers at the end. */
  view?: 'lesson' | 'matrix' | 'board' | 'flows'
  file: string
}

export interface Stage {
  id: string
  title?: string
  actions: readonly Action[]
  proofs: readonly Proof[]
  write?: WriteYourself
  /** Of a stage whose policies the learner writes: the stage as its file says it. Never in content. */
  original?: Stage
}

interface ActionBase {
  id: string
  title: string
  /** Markdown: what the command does. */
  explain?: string
  when?: When
  at: Location
}

export type Action = ActionBase &
  /** `manifest` is relative to the manifests folder (`calico/02-tiers.yaml`). `onlyIfMissing`: skipped when every object of it exists already. */

  /** `written`: the learner's own file in the working folder; only where a stage is written by the learner, never in content. */
  (
    | { kind: 'apply'; manifest: string; onlyIfMissing?: boolean; written?: boolean }
    | { kind: 'delete'; manifest: string }
    | {
        kind: 'label'
        resource: string
        namespace?: string
        all?: boolean
        name?: string
        selector?: string
        labels: Readonly<Record<string, string | null>>
        overwrite: boolean
      }
    | { kind: 'run-pod'; name: string; namespace: string; image: string; labels?: Readonly<Record<string, string>> }
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
    | { kind: 'show'; args: readonly string[] }
    | { kind: 'create-namespace'; name: string }
    /** Resolves the names inside the source pod and applies a GlobalNetworkSet made from the template manifest with the addresses as `nets`. */
    | { kind: 'resolve-domains'; from: string; names: readonly string[]; manifest: string }
    /** A short question. Changes nothing; `--auto` shows question and answer. */
    | { kind: 'ask'; question: string; options: readonly AskOption[] }
  )

interface AskOption {
  text: string
  correct: boolean
  /** Why it is right or wrong: shown when chosen. */
  why: string
}

export type ProbeTool = 'nc' | 'curl' | 'ping' | 'dig'
export type Expectation = 'open' | 'blocked'

export interface ProbeSpec {
  id: string
  from: string
  /**
   * A topology service name, `pod:SOURCE` (that source's pod by its address; `pod:` of the source itself proves that it
   * listens), an outside name, or `dns` for the cluster DNS (`dig` asks over UDP, `nc` connects over TCP).
   */
  to: string
  port?: number
  tool: ProbeTool
  expect: Expectation
  /**
   * Counts only where the track's outside control reaches the same target with the same tool in this run (ping, where
   * a network drops ICMP); else `not-probed`, which is said and does not fail the proof.
   */
  ifControl?: boolean
  when?: When
  at?: Location
}

interface ProofBase {
  id: string
  title: string
  when?: When
  /** Not asked of policies that the learner wrote (see WriteYourself). */
  unlessWritten?: boolean
  at: Location
}

/** Another answer of a page that is accepted. `under`: only of a page with fewer bytes, and then as not asked: a stand-in. */
export interface OtherPage {
  status: number
  under?: number
  say: string
}

export type Proof = ProofBase &
  (
    | {
        kind: 'objects'
        objects: readonly {
          apiVersion: string
          object: string
          name: string
          namespace?: string
          absent?: boolean
          fields?: Readonly<Record<string, unknown>>
        }[]
      }
    | {
        kind: 'labels'
        namespace: string
        selector?: string
        name?: string
        labels: Readonly<Record<string, string | null>>
        count?: number /** every other label of every pod is as before the step */
        nothingElse?: boolean
      }
    | { kind: 'ready'; namespace: string; count: number; selector?: string }
    /** The named hand-written set: every pair of sources x services, the listed ones open. */
    | { kind: 'matrix'; set: string; open: readonly { from: string; to: string }[] /** pairs whose tool is nc */ }
    | { kind: 'probes'; probes: readonly ProbeSpec[] }
    /**
     * What the policies as they stand would decide if the staged ones were enforced, by the policy engine over the
     * cluster's objects. With `side` only that end's decision counts.
     */
    | {
        kind: 'pending'
        from: string
        to: string
        port?: number
        protocol?: 'TCP' | 'UDP'
        side?: 'egress' | 'ingress'
        verdict: 'allow' | 'deny'
      }
    /** `or`: another status that is accepted too, with the sentence that says what it means (a CNI that cuts open connections). */
    | { kind: 'http'; from: string; url: string; status: number; or?: OtherPage }
  )
