import { describe, expect, it } from 'vitest'
import type { ClusterPort } from '../../src/cluster/port.ts'
import { unenforcedText } from '../../src/engine/enforcement.ts'

function clusterOf(node: object | null): ClusterPort {
  const list = async () => {
    if (node === null) throw { status: 403, message: 'nodes is forbidden' }
    return [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' }, ...node }]
  }
  return { list } as unknown as ClusterPort
}

describe('the way out of a cluster that enforces nothing', () => {
  it.each([
    ['kind', { spec: { providerID: 'kind://docker/kind/kind-control-plane' } }, /kind enforces them from 0\.24/],
    [
      'minikube',
      { metadata: { name: 'minikube', labels: { 'minikube.k8s.io/name': 'minikube' } } },
      /start --cni=calico/,
    ],
    ['Docker Desktop', { metadata: { name: 'docker-desktop' } }, /Docker Desktop's Kubernetes does not/],
    ['k3s', { status: { nodeInfo: { kubeletVersion: 'v1.31.4+k3s1' } } }, /--disable-network-policy/],
    ['EKS', { status: { nodeInfo: { kubeletVersion: 'v1.31.4-eks-2d5f260' } } }, /VPC CNI/],
    ['GKE', { status: { nodeInfo: { kubeletVersion: 'v1.31.4-gke.1256000' } } }, /Dataplane V2/],
    ['AKS', { metadata: { name: 'aks', labels: { 'kubernetes.azure.com/cluster': 'x' } } }, /az aks update/],
    ['an unknown one', {}, /flannel.*kind before 0\.24, minikube.*EKS, AKS and GKE/],
    ['nodes nobody may read', null, /flannel.*kind before 0\.24, minikube.*EKS, AKS and GKE/],
  ])('is named for %s', async (_, node, way) => {
    const text = await unenforcedText(clusterOf(node), 3)
    expect(text).toMatch(/^Policy accepted, traffic still flows: 3 connections/)
    expect(text).toMatch(way)
  })
})
