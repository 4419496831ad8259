import type { KubeObject } from '../model.ts'
import { portTextProblem } from './decode.ts'
import { structIssue, type ValidationIssue } from './issue.ts'
import { isZero } from './zero.ts'

/**
 * A staged Kubernetes policy is converted to Calico's form to be checked; what cannot be converted is told with the whole rule as Go
 * prints it (libcalico-go/lib/backend/k8s/conversion).
 */
export function stagedKubernetesIssues(object: KubeObject, spec: Record<string, any>): ValidationIssue[] {
  const { stagedAction, ...rest } = spec
  if (stagedAction === 'Delete') {
    const message = 'Spec fields should all be zero-value if stagedAction is Delete'
    return Object.values(rest).every(isZero)
      ? []
      : [structIssue('StagedKubernetesNetworkPolicySpec', message, 'spec.stagedAction')]
  }
  const problems: string[] = []
  for (const direction of ['ingress', 'egress'] as const) {
    for (const rule of list(spec[direction]) as Record<string, any>[]) {
      const reason = list(rule?.ports)
        .map((port) => portProblem(port as Record<string, any>))
        .find((problem) => problem !== null)
      if (reason)
        problems.push(`error with rule ${printRule(rule, direction)} (k8s rule couldn't be converted: ${reason})`)
    }
  }
  if (problems.length === 0) return []
  const text = `conversion to stagednetworkpolicy failed policy: ${object.metadata.name}: ${problems.join('; ')}`
  return [structIssue('PolicySpec', text, 'spec')]
}

function portProblem({ port, endPort }: Record<string, any>): string | null {
  if (port === undefined || port === null) return null
  const problem = portTextProblem(endPort === undefined ? String(port) : `${port}:${endPort}`)
  return problem && `failed to parse k8s port: ${endPort === undefined ? `invalid port ${port}: ` : ''}${problem}`
}

function printRule(rule: Record<string, any>, direction: 'ingress' | 'egress'): string {
  const ports = list(rule.ports).map((entry) => {
    const { protocol, port, endPort } = (entry ?? {}) as Record<string, any>
    const pointer = (value: unknown) => (value === undefined ? 'nil' : `*${value}`)
    return `NetworkPolicyPort{Protocol:${pointer(protocol)},Port:${port ?? 'nil'},EndPort:${pointer(endPort)},}`
  })
  const [name, peers] = direction === 'ingress' ? ['Ingress', 'From'] : ['Egress', 'To']
  return `&NetworkPolicy${name}Rule{Ports:[]NetworkPolicyPort{${ports.map((port) => `${port},`).join('')}},${peers}:[]NetworkPolicyPeer{},}`
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
