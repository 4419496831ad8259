import type { ResourceId, Store } from '../../contracts.ts'
import type { AdmitHook } from '../../server/handler.types.ts'
import { ApiError } from '../api-error.ts'

/**
 * Stands in for Calico's own checks where nothing better is plugged in: the defaults without which policies mean
 * something else, and the refusals that keep tiers and policies consistent.
 */
const TIER_LABEL = 'projectcalico.org/tier'
const BUILT_IN_TIERS = new Set(['default', 'kube-admin', 'kube-baseline'])
const TIERED: readonly ResourceId[] = [
  'networkpolicies.projectcalico.org',
  'globalnetworkpolicies.projectcalico.org',
  'stagednetworkpolicies.projectcalico.org',
  'stagedglobalnetworkpolicies.projectcalico.org',
]
const LAST_ORDER = 1_000_000

const KNOWN = new WeakMap<Store, Readonly<Record<ResourceId, AdmitHook>>>()

export function simpleCalicoAdmission(store: Store): Readonly<Record<ResourceId, AdmitHook>> {
  let hooks = KNOWN.get(store)
  if (!hooks) {
    hooks = createHooks(store)
    KNOWN.set(store, hooks)
  }
  return hooks
}

function createHooks(store: Store): Readonly<Record<ResourceId, AdmitHook>> {
  const policy = tieredPolicy(store)
  return {
    ...Object.fromEntries(TIERED.map((resource) => [resource, policy])),
    'stagedkubernetesnetworkpolicies.projectcalico.org': ({ operation, object, dryRun }) => {
      if (operation !== 'delete' && !dryRun) object.spec = { stagedAction: 'Set', ...object.spec }
      return { object }
    },
    'tiers.projectcalico.org': tier(store),
  }
}

function tieredPolicy(store: Store): AdmitHook {
  return ({ operation, resource, object, dryRun }) => {
    if (operation === 'delete' || dryRun) return { object }
    object.spec ??= {}
    const { spec } = object
    spec.tier ||= 'default'
    if (!store.get('tiers.projectcalico.org', undefined, spec.tier)) {
      throw new ApiError(
        500,
        undefined,
        `StorageError: key not found, Code: 1, Key: ${resource.replace(/^([^.]+)\.(.*)$/, '$2/$1')}/${object.metadata.name}, ResourceVersion: 0, AdditionalErrorMsg: `,
      )
    }
    if (resource.startsWith('staged')) spec.stagedAction ||= 'Set'
    spec.types ??= defaultTypes(spec)
    object.metadata.labels = { ...object.metadata.labels, [TIER_LABEL]: spec.tier }
    return { object }
  }
}

/** By the sections present; a policy without rules is an ingress policy. */
function defaultTypes(spec: { ingress?: unknown; egress?: unknown }): string[] {
  if (spec.egress === undefined) return ['Ingress']
  return spec.ingress === undefined ? ['Egress'] : ['Ingress', 'Egress']
}

function tier(store: Store): AdmitHook {
  return ({ operation, object, dryRun }) => {
    const { name } = object.metadata
    if (operation === 'delete') {
      if (dryRun) return { object }
      if (BUILT_IN_TIERS.has(name)) {
        throw new ApiError(500, undefined, `operation Delete is not supported on ${name}: Cannot delete ${name} tier`)
      }
      const isUsed = TIERED.some((resource) =>
        store.list(resource).some((policy) => (policy.spec?.tier ?? 'default') === name),
      )
      if (isUsed) {
        throw new ApiError(
          500,
          undefined,
          'operation delete is not supported on platform: Cannot delete a non-empty tier',
        )
      }
      return { object }
    }
    if (!dryRun) {
      object.spec ??= {}
      const { spec } = object
      spec.defaultAction ||= 'Deny'
      spec.order ??= LAST_ORDER
    }
    object.status ??= {}
    return { object }
  }
}
