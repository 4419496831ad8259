import { causeText, type ValidationIssue } from '../../policy/validate/issue.ts'
import { firstStage, validate } from '../../policy/validate/validate.ts'
import { ApiError } from '../api/api-error.ts'
import { InvalidPatch } from '../api/patch/invalid-patch.ts'
import { createRbacAuthorizer } from '../api/rbac/rbac-authorizer.ts'
import type { KubeObject, Store } from '../contracts.ts'
import type { AdmitHook, AdmitRequest, Admitted, ApiHooks } from '../server/handler.types.ts'
import { admitNative } from './admit-native.ts'
import { defaultCalico, isTiered } from './defaults.ts'
import { type Edition, editionOf } from './edition.ts'
import { normaliseCalico } from './normalise.ts'
import { nativeTables } from './tables.ts'

const group = 'projectcalico.org'
const kinds: Readonly<Record<string, string>> = {
  tiers: 'Tier',
  networkpolicies: 'NetworkPolicy',
  globalnetworkpolicies: 'GlobalNetworkPolicy',
  stagednetworkpolicies: 'StagedNetworkPolicy',
  stagedglobalnetworkpolicies: 'StagedGlobalNetworkPolicy',
  stagedkubernetesnetworkpolicies: 'StagedKubernetesNetworkPolicy',
  networksets: 'NetworkSet',
  globalnetworksets: 'GlobalNetworkSet',
  hostendpoints: 'HostEndpoint',
  profiles: 'Profile',
  clusterinformations: 'ClusterInformation',
}
const tieredResources = [
  'networkpolicies',
  'globalnetworkpolicies',
  'stagednetworkpolicies',
  'stagedglobalnetworkpolicies',
].map((name) => `${name}.${group}`)

/** Calico's part of the sandbox's API: validation, defaults, refusals and printer columns, as the chosen edition has them. */
export function createCalicoHooks(deps: { calico: Parameters<typeof editionOf>[0]; store: Store }): ApiHooks {
  const edition = editionOf(deps.calico)
  if (!edition) return {}
  const authorizer = createRbacAuthorizer(deps.store)
  const hook: AdmitHook =
    edition.mode === 'native'
      ? (request) => admitNative(request, edition, { store: deps.store, authorizer })
      : (request) => admitCalico(request, edition, deps.store)
  const admit = Object.fromEntries(Object.keys(kinds).map((plural) => [`${plural}.${group}`, hook]))
  return { admit, ...(edition.mode === 'native' ? { tables: nativeTables } : {}) }
}

/** Admits one write as Calico's API server would; throws ApiError with its status and words. */
export function admitCalico(request: AdmitRequest, edition: Edition, store: Store): Admitted {
  const { operation, object } = request
  if (object.kind === 'ClusterInformation') throw readOnly(operation, request.resource)
  if (object.kind === 'Profile') refuseProfile(operation, object.metadata.name)
  if (operation === 'delete') {
    if (object.kind === 'Tier') refuseTierDelete(object, edition, store)
    return { object }
  }
  if (request.subresource === 'status') return { object }
  const editions = { domains: edition.domains }
  const options = { mode: edition.mode, domains: edition.domains, isOld: edition.isOld }
  const { issues } = validate(object as Parameters<typeof validate>[0], options)
  const decoding = issues.filter((issue) => issue.stage === 'decode')
  const unknown = decoding.filter((issue) => issue.message.startsWith('unknown field'))
  const warnings = decodeProblems(request, decoding, unknown)
  const known = normaliseCalico(object, editions)
  // With unknown fields dropped, the rest is looked at after all.
  const rest = unknown.length > 0 ? validate(known as Parameters<typeof validate>[0], options).issues : issues
  const found = firstStage(rest)
  if (found[0]?.stage === 'metadata') throw invalid(object, group, found)
  // A dry run ends before Calico's own client, which knows tiers, defaults and the validator.
  if (request.dryRun) return { object: known, warnings }
  const completed = defaultCalico(known, edition)
  checkPrefix(completed, edition)
  // The tier is looked up for new policies only, and before anything else of them: one may be moved into a tier that does not exist.
  if (operation === 'create') requireTier(completed, request, store)
  if (found[0]?.stage === 'validator') throw invalid(object, group, found)
  if (found.length > 0) throw invalid(object, `crd.${group}`, found)
  return { object: completed, warnings }
}

function readOnly(operation: AdmitRequest['operation'], resource: string): ApiError {
  const message = `${goName(operation)} is not supported on resources of kind "${resource}"`
  return new ApiError(405, 'MethodNotAllowed', message, { group, kind: resource.split('.')[0]! })
}

const DEFAULT_PROFILE = 'projectcalico-default-allow'

/** Profiles are shown, not kept: each stands for a namespace or a service account. */
function refuseProfile(operation: AdmitRequest['operation'], name: string): void {
  const isOwn = name === DEFAULT_PROFILE
  if (isOwn && operation === 'create') return
  const why = `: The profile "${name}" is a default provided by Calico and cannot be ${operation}d`
  const what = isOwn ? `${name}${why}` : `Profile(${name})`
  throw new ApiError(500, undefined, `operation ${goName(operation)} is not supported on ${what}`)
}

function goName(operation: AdmitRequest['operation']): string {
  return operation.charAt(0).toUpperCase() + operation.slice(1)
}

/** Refuses what Go cannot decode; unknown fields refuse, warn or pass as `fieldValidation` says. Returns the warnings. */
export function decodeProblems(
  request: AdmitRequest,
  decoding: readonly ValidationIssue[],
  unknown: readonly ValidationIssue[],
): string[] {
  if (decoding.length === 0) return []
  const { kind } = request.object
  const mismatch = decoding.find((issue) => !unknown.includes(issue))
  const prefix = `${kind} in version "v3" cannot be handled as a ${kind}: `
  if (mismatch) throw new ApiError(400, 'BadRequest', `${prefix}${mismatch.message}`)
  const messages = unknown.map((issue) => issue.message)
  if (request.fieldValidation === 'Ignore') return []
  if (request.fieldValidation === 'Warn') return messages
  if (request.via !== 'patch')
    throw new ApiError(400, 'BadRequest', `${prefix}strict decoding error: ${messages.join(', ')}`)
  throw new InvalidPatch(JSON.stringify(request.object), `strict decoding error: ${messages.join(', ')}`)
}

export function invalid(object: KubeObject, apiGroup: string, issues: readonly ValidationIssue[]): ApiError {
  const causes = issues.map((issue) => ({ reason: issue.reason, message: causeText(issue), field: issue.field }))
  // Kubernetes joins distinct messages only.
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const name = object.metadata.name ?? ''
  return new ApiError(422, 'Invalid', `${object.kind}.${apiGroup} "${name}" is invalid: ${text}`, {
    name,
    group: apiGroup,
    kind: object.kind,
    causes,
  })
}

/** Up to v3.31 the part of a policy's name before the dot is its tier; in the default tier there need be none. */
function checkPrefix(object: KubeObject, edition: Edition): void {
  const tier = object.spec?.tier as string | undefined
  if (!edition.isOld || !isTiered(object.kind) || !tier) return
  const { name } = object.metadata
  if (/^(knp|ossg)\.default\./.test(name) || (tier === 'default' && !name.includes('.'))) return
  if (!name.startsWith(`${tier}.`)) throw new ApiError(500, undefined, `Incorrectly formatted policy name ${name}`)
}

function requireTier(object: KubeObject, request: AdmitRequest, store: Store): void {
  if (!isTiered(object.kind) || store.get(`tiers.${group}`, undefined, object.spec.tier)) return
  const { name, namespace } = object.metadata
  const key = `${request.resource.split('.')[0]}/${namespace ? `${namespace}/` : ''}${name}`
  throw new ApiError(
    500,
    undefined,
    `StorageError: key not found, Code: 1, Key: projectcalico.org/${key}, ResourceVersion: 0, AdditionalErrorMsg: <nil>`,
  )
}

/** Whether any policy, staged or not, says it lives in this tier. */
function tierHoldsPolicies(store: Store, tier: string): boolean {
  return tieredResources.some((resource) =>
    store.list(resource).some((policy) => (policy.spec?.tier ?? 'default') === tier),
  )
}

function refuseTierDelete({ metadata: { name } }: KubeObject, edition: Edition, store: Store): void {
  if (edition.builtInTiers.includes(name)) {
    throw new ApiError(500, undefined, `operation Delete is not supported on ${name}: Cannot delete ${name} tier`)
  }
  if (tierHoldsPolicies(store, name)) {
    throw new ApiError(500, undefined, `operation delete is not supported on ${name}: Cannot delete a non-empty tier`)
  }
}
