import type { Direction } from '../model.ts'

const ruleFields = { Ingress: 'ingress', Egress: 'egress' } as const

/**
 * The types (policyTypes for Kubernetes kinds) a policy has, filled in as its API does when they are left out.
 * Calico: egress rules only -> Egress, both -> both, otherwise Ingress (api/pkg/defaults). Kubernetes and its staged
 * kind: Ingress, and Egress when there are egress rules.
 */
export function typesOf(kind: string, spec: Record<string, any>): string[] {
  const isKubernetes = kind.includes('Kubernetes')
  const given = isKubernetes ? spec.policyTypes : spec.types
  if (Array.isArray(given) && given.length > 0) return given.map(String)
  const has = (type: keyof typeof ruleFields) =>
    Array.isArray(spec[ruleFields[type]]) && spec[ruleFields[type]].length > 0
  if (!has('Egress')) return ['Ingress']
  return isKubernetes || has('Ingress') ? ['Ingress', 'Egress'] : ['Egress']
}

export function toDirections(types: readonly string[]): Direction[] {
  const lower = types.map((type) => type.toLowerCase())
  return (['ingress', 'egress'] as const).filter((direction) => lower.includes(direction))
}
