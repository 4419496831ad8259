import { decodeIssues } from '../../policy/validate/decode.ts'
import { validate } from '../../policy/validate/validate.ts'
import { ApiError } from '../api/api-error.ts'
import type { Authorizer } from '../api/rbac/authorizer.ts'
import { tierRefusal } from '../api/rbac/tier-access.ts'
import type { KubeObject, Store } from '../contracts.ts'
import type { AdmitRequest, Admitted } from '../server/handler.types.ts'
import { decodeProblems, invalid } from './admit.ts'
import { defaultCalico, isTiered } from './defaults.ts'
import type { Edition } from './edition.ts'
import { nativeTypes } from './native-schema.ts'

const GROUP = 'projectcalico.org'
const VALIDATED = new Set(['Tier', 'NetworkSet', 'GlobalNetworkSet', 'HostEndpoint', 'StagedKubernetesNetworkPolicy'])

interface Deps {
  store: Store
  authorizer: Authorizer
}

/**
 * Admits one write where v3 is made of CRDs. The order is that of the API server: strict decoding, mutating admission policies, the
 * CRD's schema and rules, and last Calico's webhook, which decodes into the Go types, asks for rights on the tier and looks it up.
 */
export function admitNative(request: AdmitRequest, edition: Edition, deps: Deps): Admitted {
  const { operation, object } = request
  if (object.kind === 'ClusterInformation') throw readOnly(request.user.username)
  if (operation === 'delete') {
    // A tier that still holds policies is accepted here and stays Terminating behind its finalizer.
    if (object.kind === 'Tier' && edition.builtInTiers.includes(object.metadata.name)) throw builtIn(object)
    requireTierRights(request, object, deps)
    return { object }
  }
  if (request.subresource === 'status') return { object }
  if (!isTiered(object.kind) && !VALIDATED.has(object.kind)) return { object }
  const { unknown, mismatches, pruned } = nativeTypes(object)
  const issues = unknown.map((path) => ({
    stage: 'decode' as const,
    reason: 'Decode' as const,
    field: '',
    value: '',
    message: `unknown field ${JSON.stringify(path)}`,
    path,
  }))
  const warnings = decodeProblems(request, issues, issues)
  if (isTiered(object.kind) && object.spec === undefined) throw withoutSpec(object, request.resource)
  if (mismatches.length > 0) throw invalid(object, GROUP, [...mismatches, uncheckedRules])
  const completed = defaultCalico(pruned, edition)
  const undecodable = decodeIssues(pruned as Parameters<typeof decodeIssues>[0], { domains: false })
  const { issues: found } = validate(withoutUndecodable(pruned, undecodable.length > 0), { mode: 'native' })
  if (undecodable.length === 0 && found.length > 0) throw invalid(object, GROUP, found)
  if (isTiered(object.kind)) admitByWebhook(request, completed, undecodable[0]?.message, deps)
  return { object: completed, warnings }
}

function withoutUndecodable(object: KubeObject, isUndecodable: boolean): Parameters<typeof validate>[0] {
  return (isUndecodable ? { ...object, spec: {} } : object) as Parameters<typeof validate>[0]
}

/** The API server says so when it left the CEL rules out. */
const uncheckedRules = {
  stage: 'schema',
  reason: 'FieldValueInvalid',
  field: '<nil>',
  value: 'null',
  message:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  path: '',
} as const

function denied(reason: string, why: string, webhook = `tiered-rbac.${GROUP}`): ApiError {
  return new ApiError(400, reason, `admission webhook "${webhook}" denied the request: ${why}`)
}

/** Only Calico's own service accounts write it, and those do not come through here. */
function readOnly(user: string): ApiError {
  const why = `ClusterInformation is a read-only resource (user: ${user})`
  return denied('MethodNotAllowed', why, `cluster-info.api.${GROUP}`)
}

function admitByWebhook(request: AdmitRequest, object: KubeObject, undecodable: string | undefined, deps: Deps): void {
  if (undecodable) throw denied('Invalid', `Failed to parse policy: failed to decode object: ${undecodable}`)
  if (request.previous) requireTierRights(request, request.previous, deps)
  requireTierRights(request, object, deps)
  const name = object.spec.tier
  const tier = deps.store.get(`tiers.${GROUP}`, undefined, name)
  if (!tier) throw denied('Forbidden', `Tier "${name}" does not exist`)
  if (tier.metadata.deletionTimestamp) throw denied('Forbidden', `Tier "${name}" is being deleted`)
}

/** Reads are not asked about: a webhook sees writes only. A patch is an update to it. */
function requireTierRights({ user, operation, resource }: AdmitRequest, object: KubeObject, deps: Deps): void {
  if (!isTiered(object.kind)) return
  const { name, namespace } = object.metadata
  const type = { id: resource, plural: resource.split('.')[0]! }
  const question = { authorizer: deps.authorizer, user, type, namespace }
  const refusal = tierRefusal(question, operation, object.spec?.tier || 'default', name)
  if (refusal) throw denied('Forbidden', `Authorization failed: ${refusal.message}`)
}

function builtIn({ metadata: { name } }: KubeObject): ApiError {
  const policy = 'protect-builtin-tiers.projectcalico.org'
  const message = `ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: The built-in tier ${name} cannot be deleted`
  return new ApiError(422, 'Invalid', `tiers.${GROUP} "${name}" is forbidden: ${message}`, {
    name,
    group: GROUP,
    kind: 'tiers',
    causes: [{ message }],
  })
}

const TYPES_CONDITION = '!has(object.spec.types) && !has(object.spec.policyTypes)'
const TIER_PATCH = `!has(object.spec.tier) || object.spec.tier == "" ?
  [JSONPatch{op: "add", path: "/spec/tier", value: variables.tierValue}] :
  []
`
const LABEL_PATCH = `has(object.metadata.labels) ?
  [JSONPatch{op: "add", path: "/metadata/labels/projectcalico.org~1tier", value: variables.tierValue}] :
  [
    JSONPatch{op: "add", path: "/metadata/labels", value: {}},
    JSONPatch{op: "add", path: "/metadata/labels/projectcalico.org~1tier", value: variables.tierValue}
  ]
`

/** The mutating admission policies read `object.spec` and fail on an object that has none: each expression is a cause. */
function withoutSpec({ metadata: { name } }: KubeObject, resource: string): ApiError {
  const cause = (policy: string, binding: string, expression: string, why: string) => ({
    message: `policy '${policy}.policy.${GROUP}' with binding '${binding}' denied request: expression '${expression}' resulted in error: ${why}`,
  })
  const missing = 'no such key: spec'
  const composited = `composited variable "tierValue" fails to evaluate: ${missing}`
  const causes = [
    cause('policytypes', 'set-policytypes-binding', TYPES_CONDITION, missing),
    cause('tierlabel', 'set-tier-label-binding', TIER_PATCH, missing),
    cause('tierlabel', 'set-tier-label-binding', LABEL_PATCH, composited),
  ]
  return new ApiError(403, 'Invalid', causes[0]!.message, {
    name,
    group: GROUP,
    kind: resource.split('.')[0]!,
    causes,
  })
}
