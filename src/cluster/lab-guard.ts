/** Does this cluster look like a lab? Reasons against it, each as a sentence; none means yes. */
import type { ClusterPort } from './port.ts'

export interface LabFacts {
  context: string
  server: string
  namespaces: readonly string[]
  nodes: number
}

export interface Judgement {
  looksLikeLab: boolean
  reasons: string[]
}

/** Namespaces every cluster or every lab has. */
const usual =
  /^(default|kube-.*|calico-.*|tigera-.*|hipstershop|hipster-workshop.*|local-path-storage|gatekeeper-system|ingress-nginx|metallb-system|cert-manager|gke-.*|gmp-.*|amazon-.*|aks-.*|azure-.*|cattle-.*|fleet-.*|openshift.*)$/
const productionName = /(^|[^a-z])(prod|production|prd|live|master|critical)([^a-z]|$)/i
const mostForeign = 3
const mostNodes = 6

export function judgeFacts(facts: LabFacts): Judgement {
  const foreign = facts.namespaces.filter((name) => !usual.test(name)).sort()
  const reasons: string[] = []
  if (productionName.test(facts.context)) reasons.push(`its name "${facts.context}" sounds like production`)
  if (productionName.test(hostOf(facts.server))) reasons.push(`its address ${facts.server} sounds like production`)
  if (foreign.length > mostForeign) {
    const shown = foreign.slice(0, 8).join(', ')
    reasons.push(
      `it has ${foreign.length} namespaces that are not this workshop's: ${shown}${foreign.length > 8 ? ', ...' : ''}`,
    )
  }
  const production = foreign.filter((name) => productionName.test(name))
  if (production.length > 0) reasons.push(`a namespace sounds like production: ${production.slice(0, 4).join(', ')}`)
  if (facts.nodes > mostNodes) reasons.push(`it has ${facts.nodes} nodes`)
  return { looksLikeLab: reasons.length === 0, reasons }
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).hostname : server
}

export async function judgeCluster(cluster: ClusterPort): Promise<Judgement> {
  const [namespaces, nodes] = await Promise.all([
    cluster.list({ apiVersion: 'v1', kind: 'Namespace' }).catch(forbidden),
    cluster.list({ apiVersion: 'v1', kind: 'Node' }).catch(forbidden),
  ])
  const judgement = judgeFacts({
    context: cluster.context,
    server: cluster.server,
    namespaces: (namespaces ?? []).map((namespace) => namespace.metadata.name),
    nodes: (nodes ?? []).length,
  })
  // Who may not even list namespaces is a guest there: not our cluster to judge as a lab.
  if (namespaces === null) {
    judgement.reasons.push('its namespaces may not be listed, so nobody can say what else runs there')
    return { ...judgement, looksLikeLab: false }
  }
  return judgement
}

function forbidden(error: { status?: number }): null {
  if (error.status === 403) return null
  throw error
}
