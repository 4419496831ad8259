import { causeText, type ValidationIssue } from '../../policy/validate/issue.ts'
import { firstStage, validate } from '../../policy/validate/validate.ts'
import { ApiError } from '../api/api-error.ts'
import type { KubeObject, Store } from '../contracts.ts'
import type { AdmitHook, AdmitRequest, Admitted, ApiHooks } from '../server/handler.types.ts'
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
  const hook: AdmitHook = (request) => admitCalico(request, edition, deps.store)
  const admit = Object.fromEntries(Object.keys(kinds).map((plural) => [`${plural}.${group}`, hook]))
  return { admit, ...(edition.mode === 'native' ? { tables: nativeTables } : {}) }
}

/** Admits one write as Calico's API server (or the v3 CRDs) would; throws ApiError with its status and words. */
export function admitCalico(request: AdmitRequest, edition: Edition, store: Store): Admitted {
  const { operation, object } = request
  if (operation === 'delete') {
    if (object.kind === 'Tier') refuseTierDelete(object, edition, store)
    return { object }
  }
  if (request.subresource === 'status') return { object }
  if (object.kind === 'Profile' && edition.mode === 'aggregated') {
    throw new ApiError(
      500,
      undefined,
      `operation ${operation === 'create' ? 'Create' : 'Update'} is not supported on Profile(${object.metadata.name})`,
    )
  }
  const editions = { domains: edition.domains }
  const { issues } = validate(object as Parameters<typeof validate>[0], {
    mode: edition.mode,
    domains: edition.domains,
  })
  const decoding = issues.filter((issue) => issue.stage === 'decode')
  const unknown = decoding.filter((issue) => issue.message.startsWith('unknown field'))
  const warnings = decodeProblems(request, decoding, unknown)
  const typed = normaliseCalico(object, editions)
  const known = edition.mode === 'aggregated' ? typed : unknown.length > 0 ? typed : object
  // With unknown fields dropped, the rest is looked at after all.
  const rest =
    unknown.length > 0
      ? validate(known as Parameters<typeof validate>[0], { mode: edition.mode, domains: edition.domains }).issues
      : issues
  if (edition.mode === 'aggregated' && request.dryRun && operation === 'create') return { object: known, warnings }
  const completed = defaultCalico(known, edition)
  if (edition.mode === 'native') requireTierNative(completed, store)
  const found = firstStage(rest)
  if (found[0]?.stage === 'validator') throw invalid(object, group, found)
  checkPrefix(completed, edition)
  if (edition.mode === 'aggregated') requireTier(completed, request, store)
  if (found.length > 0) throw invalid(object, edition.mode === 'aggregated' ? `crd.${group}` : group, found)
  return { object: completed, warnings }
}

/** Refuses what Go cannot decode; unknown fields refuse, warn or pass as `fieldValidation` says. Returns the warnings. */
function decodeProblems(
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
  const text = `patch: Invalid value: ${JSON.stringify(JSON.stringify(request.object))}: strict decoding error: ${messages.join(', ')}`
  throw new ApiError(422, 'Invalid', ` "" is invalid: ${text}`, {
    name: '',
    causes: [{ reason: 'FieldValueInvalid', message: text.replace('patch: ', ''), field: 'patch' }],
  })
}

function invalid(object: KubeObject, apiGroup: string, issues: readonly ValidationIssue[]): ApiError {
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

/** Up to v3.31 a policy outside the default tier carries its tier's name. */
function checkPrefix(object: KubeObject, edition: Edition): void {
  const tier = object.spec?.tier as string | undefined
  if (!edition.tierPrefix || !isTiered(object.kind) || !tier || tier === 'default') return
  const { name } = object.metadata
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

/** Native CRDs: the webhook looks the tier up. */
function requireTierNative(object: KubeObject, store: Store): void {
  if (!isTiered(object.kind)) return
  const tier = store.get(`tiers.${group}`, undefined, object.spec.tier)
  const deny = (why: string) =>
    new ApiError(400, 'Forbidden', `admission webhook "tiered-rbac.projectcalico.org" denied the request: ${why}`)
  if (!tier) throw deny(`Tier "${object.spec.tier}" does not exist`)
  if (tier.metadata.deletionTimestamp) throw deny(`Tier "${object.spec.tier}" is being deleted`)
}

/** Whether any policy, staged or not, says it lives in this tier. */
export function tierHoldsPolicies(store: Store, tier: string): boolean {
  return tieredResources.some((resource) =>
    store.list(resource).some((policy) => (policy.spec?.tier ?? 'default') === tier),
  )
}

function refuseTierDelete({ metadata: { name } }: KubeObject, edition: Edition, store: Store): void {
  if (edition.mode === 'native') {
    // A tier that still holds policies is accepted here and stays Terminating behind its finalizer.
    if (edition.builtInTiers.includes(name)) throw nativeBuiltIn(name)
    return
  }
  if (edition.builtInTiers.includes(name)) {
    throw new ApiError(500, undefined, `operation Delete is not supported on ${name}: Cannot delete ${name} tier`)
  }
  if (tierHoldsPolicies(store, name)) {
    throw new ApiError(500, undefined, `operation delete is not supported on ${name}: Cannot delete a non-empty tier`)
  }
}

function nativeBuiltIn(name: string): ApiError {
  const policy = 'protect-builtin-tiers.projectcalico.org'
  const message = `ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: The built-in tier ${name} cannot be deleted`
  return new ApiError(422, 'Invalid', `tiers.${group} "${name}" is invalid: : ${message}`, {
    name,
    group,
    kind: 'tiers',
    causes: [{ message }],
  })
}
