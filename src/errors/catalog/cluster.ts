import { exitCodes } from '../exit-codes.ts'
import { type Location, WorkshopError } from '../workshop-error.ts'

export function kubeconfigMissing(path: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'KUBECONFIG_MISSING',
    message: `There is no readable kubeconfig at ${path}.`,
    hint: 'Name one with --kubeconfig FILE or set KUBECONFIG. Without --context the workshop runs on its own sandbox and needs none.',
    exitCode: exitCodes.usage,
    cause,
  })
}

export function kubeconfigInvalid(path: string, reason: string, location?: Location, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'KUBECONFIG_INVALID',
    message: `${path} is not a usable kubeconfig: ${reason}.`,
    hint: 'Check it with: kubectl config view --kubeconfig FILE',
    ...(location ? { location } : {}),
    exitCode: exitCodes.usage,
    cause,
  })
}

export function contextUnknown(name: string, known: readonly string[], files: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'CONTEXT_UNKNOWN',
    message: `There is no context called "${name}" in ${files.join(', ')}.`,
    hint: known.length > 0 ? `It has: ${known.join(', ')}` : 'It has no contexts at all.',
    exitCode: exitCodes.usage,
  })
}

export function contextNotNamed(known: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'CONTEXT_NOT_NAMED',
    message: 'A cluster is only used when its context is named; the current context is never taken by itself.',
    hint: known.length > 0 ? `Add --context NAME. There are: ${known.join(', ')}` : 'Add --context NAME.',
    exitCode: exitCodes.usage,
  })
}

export function credentialsFailed(context: string, reason: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'CREDENTIALS_FAILED',
    message: `The credentials of context ${context} cannot be used: ${reason}`,
    hint: `Try: kubectl --context ${context} auth whoami`,
    exitCode: exitCodes.notReady,
    cause,
  })
}

export function clusterUnreachable(context: string, server: string, reason: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'CLUSTER_UNREACHABLE',
    message: `The API server of ${context} (${server}) does not answer: ${reason}.`,
    hint: 'Check the network, VPN or proxy, and that the cluster runs; then start again: nothing that was finished is lost.',
    exitCode: exitCodes.notReady,
    cause,
  })
}

/** The API said no; `status`, `reason` and the server's words are kept for callers that can go on. */
export class ApiRefusal extends WorkshopError {
  readonly status: number
  readonly reason: string | undefined

  constructor(init: { status: number; reason?: string; message: string; hint?: string; request: string }) {
    super({
      code: apiCode(init.status),
      message: init.message,
      ...(init.hint ? { hint: init.hint } : {}),
      exitCode: exitCodes.notReady,
    })
    this.name = 'ApiRefusal'
    this.status = init.status
    this.reason = init.reason
  }
}

function apiCode(status: number): string {
  switch (status) {
    case 401:
      return 'API_UNAUTHORIZED'
    case 403:
      return 'API_FORBIDDEN'
    case 404:
      return 'API_NOT_FOUND'
    case 409:
      return 'API_CONFLICT'
    case 422:
    case 400:
      return 'API_INVALID'
    case 429:
      return 'API_BUSY'
    default:
      return status >= 500 ? 'API_FAILED' : 'API_REFUSED'
  }
}

export function kindNotServed(apiVersion: string, kind: string, context: string): WorkshopError {
  const calico = apiVersion.startsWith('projectcalico.org/')
  return new WorkshopError({
    code: 'KIND_NOT_SERVED',
    message: `The cluster ${context} does not know the kind ${kind} of ${apiVersion}.`,
    hint: calico
      ? "Calico's v3 API is missing there: install the Calico API server (or a Calico with native v3 kinds), then run doctor."
      : 'Run doctor to see what the cluster offers.',
    exitCode: exitCodes.notReady,
  })
}

export function manifestInvalid(file: string, reason: string, location?: Location): WorkshopError {
  return new WorkshopError({
    code: 'MANIFEST_INVALID',
    message: `${file}: ${reason}`,
    hint: 'Nothing of this file was applied.',
    ...(location ? { location } : {}),
    exitCode: exitCodes.invalidContent,
  })
}

export function kubectlMissing(tried: string): WorkshopError {
  return new WorkshopError({
    code: 'KUBECTL_MISSING',
    message: `kubectl was not found (${tried}).`,
    hint: 'Install kubectl, set HW_KUBECTL to it, or leave out --via kubectl: the workshop then talks to the API itself.',
    exitCode: exitCodes.notReady,
  })
}

export function kubectlTooOld(path: string, version: string, needed: string): WorkshopError {
  return new WorkshopError({
    code: 'KUBECTL_TOO_OLD',
    message: `${path} is kubectl ${version}; the workshop needs ${needed} or newer.`,
    hint: 'Install a newer kubectl, or use --via api.',
    exitCode: exitCodes.notReady,
  })
}
