import type { Features } from '../cluster/port.ts'
import type { FeatureName, When } from '../workshop/step.ts'

const names: Record<FeatureName, string> = {
  calicoApi: "Calico's API (projectcalico.org/v3)",
  tiers: 'policy tiers',
  staged: 'staged policies',
  domains: 'domain names in policies',
}

/** null when the condition holds; otherwise a sentence that says why the action or proof is left out. */
export function skipReason(when: When | undefined, features: Features): string | null {
  if (!when) return null
  const has = features[when.feature]
  if (when.not) return has ? `not needed here: this cluster has ${names[when.feature]}` : null
  return has ? null : `left out: this cluster does not have ${names[when.feature]}`
}
