import type { SandboxOptions } from '../contracts.ts'

/** What differs between the Calicos a sandbox can be. */
export interface Edition {
  /** Objects pass Calico's API server (Go types, Go validator) or reach CRDs as typed. */
  mode: 'aggregated' | 'native'
  /** `domains`, `allowedEgressDomains`. */
  domains: boolean
  /** Up to v3.31: policies outside the default tier must be called `<tier>.<name>`, and the CRDs have no rules of their own. */
  isOld: boolean
  /** Cannot be deleted. The tiers of AdminNetworkPolicy up to v3.31, of ClusterNetworkPolicy since v3.32. */
  builtInTiers: readonly string[]
}

const since332 = ['default', 'kube-admin', 'kube-baseline']

/** null without Calico. */
export function editionOf(calico: SandboxOptions['calico']): Edition | null {
  const aggregated = { mode: 'aggregated', domains: false, isOld: false, builtInTiers: since332 } as const
  switch (calico) {
    case 'none':
      return null
    case 'native':
      return { ...aggregated, mode: 'native' }
    case 'enterprise':
      return { ...aggregated, domains: true, isOld: true }
    case '3.32':
      return aggregated
    case '3.29':
      return { ...aggregated, isOld: true, builtInTiers: ['default', 'adminnetworkpolicy'] }
    default:
      return {
        ...aggregated,
        isOld: true,
        builtInTiers: ['default', 'adminnetworkpolicy', 'baselineadminnetworkpolicy'],
      }
  }
}
