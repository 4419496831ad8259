import type { ResourceId } from '../contracts.ts'

/**
 * Built-in kinds whose `metadata.generation` counts spec changes. Services, Namespaces, ConfigMaps, nodes and the
 * kinds of Calico's API server have none; custom resources have one.
 */
const WITH_GENERATION = new Set<ResourceId>([
  'pods',
  'replicationcontrollers',
  'deployments.apps',
  'replicasets.apps',
  'daemonsets.apps',
  'statefulsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'networkpolicies.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'ingressclasses.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'endpointslices.discovery.k8s.io',
  'clusternetworkpolicies.policy.networking.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
])

export function hasGeneration(resource: ResourceId): boolean {
  return WITH_GENERATION.has(resource)
}
