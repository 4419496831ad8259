import type { KubeApi } from '../kube-api.ts'
import type { KubeObject, Operation, OperationResult } from '../port.ts'
import type { Sleep } from '../retry.ts'

/** What carrying an operation out needs; one per run. */
export interface OperationContext {
  api: KubeApi
  sleep: Sleep
  signal: AbortSignal | undefined
  now: () => number
  out(line: string): void
  err(line: string): void
}

export type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>
export type CarryOut<K extends Operation['kind']> = (
  operation: OperationOf<K>,
  context: OperationContext,
) => Promise<OperationResult>

/** `deployment.apps/frontend`, `tier.projectcalico.org/security`, `pod/multitool`: as kubectl prints names. */
export function kindDotGroup(object: { apiVersion: string; kind: string }): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''
  return `${object.kind.toLowerCase()}${group ? `.${group}` : ''}`
}

export function shownName(object: KubeObject): string {
  return `${kindDotGroup(object)}/${object.metadata.name}`
}

/** kubectl 1.34's words; `from NS namespace` only for namespaced kinds. */
export function deletedLine(object: {
  apiVersion: string
  kind: string
  name: string
  namespace?: string | undefined
}): string {
  return `${kindDotGroup(object)} "${object.name}" deleted${object.namespace === undefined ? '' : ` from ${object.namespace} namespace`}`
}
