/**
 * The canary: a cluster may store every policy and enforce none. Then whatever policy denies is open all the same, and
 * nothing a step proves afterwards would mean anything.
 */
import type { ClusterPort, KubeObject } from '../cluster/port.ts'
import type { ProbeOutcome } from './probes/run-probes.ts'
import { statusOf } from './snapshot.ts'

/** How many connections completed that policy denies; null while at least one was dropped, or none is denied. */
export function unenforced(outcomes: readonly ProbeOutcome[]): number | null {
  const denied = outcomes.filter(({ planned, isDenied }) => planned.expected === 'blocked' && isDenied)
  const flows = new Set(denied.map(({ planned }) => `${planned.workload} ${planned.try.key}`))
  return flows.size > 0 && denied.every(({ actual }) => actual === 'open') ? flows.size : null
}

/** What is the matter, and the way out for this kind of cluster. */
export async function unenforcedText(cluster: ClusterPort, count: number): Promise<string> {
  const fix = fixFor(await nodesOf(cluster))
  return (
    `Policy accepted, traffic still flows: ${count} ${count === 1 ? 'connection' : 'connections'} that the policies in this cluster deny completed all the same. ` +
    `The network of this cluster does not enforce policies, so nothing can be proved in it. ${fix}`
  )
}

async function nodesOf(cluster: ClusterPort): Promise<KubeObject[]> {
  try {
    return await cluster.list({ apiVersion: 'v1', kind: 'Node' })
  } catch (error) {
    // Nodes may be out of sight: every distribution's way is named then.
    if (statusOf(error) === null) throw error
    return []
  }
}

interface Distribution {
  is(node: KubeObject): boolean
  fix: string
}

const distributions: readonly Distribution[] = [
  {
    is: (node) => node.metadata.name === 'docker-desktop',
    fix: "Docker Desktop's Kubernetes does not enforce them: use kind 0.24 or later, or minikube start --cni=calico.",
  },
  {
    is: (node) => String(node.spec?.providerID ?? '').startsWith('kind://'),
    fix: 'kind enforces them from 0.24 on; with an older one create the cluster with networking.disableDefaultCNI and install Calico.',
  },
  {
    is: (node) => node.metadata.labels?.['minikube.k8s.io/name'] !== undefined,
    fix: 'minikube needs a network that does: minikube delete, then minikube start --cni=calico.',
  },
  {
    is: (node) => kubelet(node).includes('+k3s'),
    fix: 'k3s and k3d enforce them by themselves, unless the server was started with --disable-network-policy: start it without.',
  },
  {
    is: (node) => kubelet(node).includes('-eks-'),
    fix: 'EKS: switch on network policy in the VPC CNI add-on (enableNetworkPolicy), or install Calico.',
  },
  {
    is: (node) => node.metadata.labels?.['kubernetes.azure.com/cluster'] !== undefined,
    fix: 'AKS: az aks update --network-policy calico (or a cluster made with Cilium).',
  },
  {
    is: (node) => kubelet(node).includes('-gke.'),
    fix: 'GKE: switch on network policy enforcement for control plane and nodes, or use Dataplane V2.',
  },
]

function fixFor(nodes: readonly KubeObject[]): string {
  const found = distributions.filter(({ is }) => nodes.some(is))
  if (found.length > 0) return found.map(({ fix }) => fix).join(' ')
  return (
    'Plain flannel enforces nothing: add Calico for policy, or replace it. ' +
    'kind before 0.24, minikube without --cni and Docker Desktop do not either (minikube start --cni=calico; kind 0.24); EKS, AKS and GKE have a switch for it. ' +
    'hipster-workshop doctor looks at what Calico runs here.'
  )
}

function kubelet(node: KubeObject): string {
  return String(node.status?.nodeInfo?.kubeletVersion ?? '')
}
