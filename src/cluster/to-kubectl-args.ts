/** The kubectl line of an operation: what is shown to be typed, and what `kubectl.ts` runs. Pure. */
import type { Operation } from './port.ts'
import { quoteForShell } from './quote.ts'

export interface KubectlTarget {
  context: string
  isSandbox: boolean
  /** The file as named by the user, or the sandbox's; absent: kubectl finds it by itself (KUBECONFIG, ~/.kube/config). */
  kubeconfig?: string
  /** The shell was opened by the workshop: KUBECONFIG is set there and names the one context. */
  insideShell?: boolean
  platform?: NodeJS.Platform
}

/** Flags that say which cluster is meant. */
function targetArgs(target: KubectlTarget | undefined): string[] {
  if (!target || target.insideShell) return []
  return [
    ...(target.kubeconfig === undefined ? [] : ['--kubeconfig', target.kubeconfig]),
    // The sandbox's file has one context; a real cluster is always named, whatever the file's current context is.
    ...(target.isSandbox ? [] : ['--context', target.context]),
  ]
}

export function toKubectlArgs(
  operation: Operation,
  target?: KubectlTarget,
  paths: 'shown' | 'absolute' = 'shown',
): string[] {
  const file = (entry: { path: string; shownPath?: string }) =>
    paths === 'shown' ? (entry.shownPath ?? entry.path) : entry.path
  return [...targetArgs(target), ...verbArgs(operation, file)]
}

function verbArgs(operation: Operation, file: (entry: { path: string; shownPath?: string }) => string): string[] {
  switch (operation.kind) {
    case 'apply':
      return ['apply', '-f', file(operation)]
    case 'delete':
      return ['delete', '-f', file(operation), '--ignore-not-found']
    case 'delete-object':
      return [
        'delete',
        operation.resource,
        operation.ref.name,
        ...inNamespace(operation.ref.namespace),
        '--ignore-not-found',
      ]
    case 'label':
      return [
        'label',
        operation.resource,
        ...(operation.name === undefined ? [] : [operation.name]),
        ...(operation.all ? ['--all'] : []),
        ...(operation.selector === undefined ? [] : ['-l', operation.selector]),
        ...inNamespace(operation.namespace),
        ...Object.entries(operation.labels).map(([key, value]) => (value === null ? `${key}-` : `${key}=${value}`)),
        ...(operation.overwrite ? ['--overwrite'] : []),
      ]
    case 'create-namespace':
      return ['create', 'namespace', operation.name]
    case 'run-pod':
      return [
        'run',
        operation.name,
        ...inNamespace(operation.namespace),
        `--image=${operation.image}`,
        ...(operation.labels && Object.keys(operation.labels).length > 0
          ? [
              `--labels=${Object.entries(operation.labels)
                .map(([key, value]) => `${key}=${value}`)
                .join(',')}`,
            ]
          : []),
      ]
    case 'restart':
      return ['delete', 'pods', ...inNamespace(operation.namespace), '-l', operation.selector]
    case 'wait':
      return [
        'wait',
        `--for=${waitFor(operation.condition)}`,
        ...(operation.name === undefined ? [operation.resource] : [`${operation.resource}/${operation.name}`]),
        ...(operation.all ? ['--all'] : []),
        ...(operation.selector === undefined ? [] : ['-l', operation.selector]),
        ...inNamespace(operation.namespace),
        `--timeout=${operation.timeoutSeconds}s`,
      ]
    case 'show':
      return [...operation.args]
  }
}

/** `Ready` is short for `condition=Ready`; `delete`, `create` and `jsonpath=...` stay. */
export function waitFor(condition: string): string {
  return condition.includes('=') || condition === 'delete' || condition === 'create'
    ? condition
    : `condition=${condition}`
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['-n', namespace]
}

/** The exact line a person can paste in another terminal. */
export function shownCommand(operation: Operation, target?: KubectlTarget): string {
  return shownLine(toKubectlArgs(operation, target, 'shown'), target?.platform)
}

/** One command inside a pod. */
export function shownExec(
  target: KubectlTarget | undefined,
  place: { namespace: string; pod: string; container?: string },
  command: readonly string[],
): string {
  const container = place.container === undefined ? [] : ['-c', place.container]
  return shownLine(
    [...targetArgs(target), 'exec', '-n', place.namespace, place.pod, ...container, '--', ...command],
    target?.platform,
  )
}

function shownLine(args: readonly string[], platform?: NodeJS.Platform): string {
  return ['kubectl', ...args.map((argument) => quoteForShell(argument, platform))].join(' ')
}
