import type { KubeObject } from '../contracts.ts'
import type { Edition } from './edition.ts'

const tiered = new Set(['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'])

export function isTiered(kind: string): boolean {
  return tiered.has(kind)
}

/**
 * What Calico fills in (api/pkg/defaults, CRD defaults, mutating admission policies): a tier's order and action, a policy's tier, types,
 * staged action and the tier label, which overwrites the user's own.
 */
export function defaultCalico(object: KubeObject, edition: Edition): KubeObject {
  const { kind } = object
  if (kind === 'Tier') return defaultTier(object, edition)
  if (kind === 'StagedKubernetesNetworkPolicy') return defaultStagedKubernetes(object, edition)
  if (!tiered.has(kind)) return object
  const spec = { ...object.spec }
  spec.tier ||= 'default'
  if (kind.startsWith('Staged')) spec.stagedAction ||= 'Set'
  const wantsTypes = edition.mode === 'native' || spec.stagedAction !== 'Delete'
  if (!wantsTypes) delete spec.types
  if (wantsTypes && (spec.types?.length ?? 0) === 0)
    spec.types = edition.mode === 'native' ? typesByPresence(spec) : typesByContent(spec)
  const labels = { ...object.metadata.labels, 'projectcalico.org/tier': spec.tier }
  return { ...object, metadata: { ...object.metadata, labels }, spec }
}

function defaultTier(object: KubeObject, { mode }: Edition): KubeObject {
  const spec = { ...object.spec }
  spec.defaultAction ||= 'Deny'
  if (mode === 'aggregated') spec.order ??= 1_000_000
  if (mode === 'aggregated') return { ...object, spec, status: object.status ?? {} }
  const finalizers = object.metadata.finalizers ?? []
  const own = 'projectcalico.org/tier-controller'
  const metadata = { ...object.metadata, finalizers: finalizers.includes(own) ? finalizers : [...finalizers, own] }
  return { ...object, metadata, spec }
}

function defaultStagedKubernetes(object: KubeObject, { mode }: Edition): KubeObject {
  const spec = { ...object.spec }
  spec.stagedAction ||= 'Set'
  if (mode === 'aggregated') spec.podSelector ??= {}
  else spec.policyTypes ??= (spec.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  return { ...object, spec }
}

/** The Go client: egress rules alone mean Egress, no rules at all mean Ingress. */
function typesByContent(spec: Record<string, any>): string[] {
  const egress = (spec.egress?.length ?? 0) > 0
  if (!egress) return ['Ingress']
  return (spec.ingress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Egress']
}

/** The admission policies of native CRDs look at which lists are written, empty or not. */
function typesByPresence(spec: Record<string, any>): string[] {
  if (spec.egress === undefined) return ['Ingress']
  return spec.ingress === undefined ? ['Egress'] : ['Ingress', 'Egress']
}
