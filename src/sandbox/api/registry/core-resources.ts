import { ALL_VERBS, defineResource, type ResourceType } from './resource-type.ts'

const CONNECT = ['create', 'get'] as const
const PROXY = ['create', 'delete', 'get', 'patch', 'update'] as const
const CHANGE = ['get', 'patch', 'update'] as const

/** The core group of Kubernetes 1.34, in discovery order. */
export const CORE_RESOURCES: readonly ResourceType[] = [
  defineResource('', 'v1', 'bindings', 'Binding', { verbs: ['create'] }),
  defineResource('', 'v1', 'componentstatuses', 'ComponentStatus', {
    scope: 'Cluster',
    short: ['cs'],
    verbs: ['get', 'list'],
  }),
  defineResource('', 'v1', 'configmaps', 'ConfigMap', { short: ['cm'] }),
  defineResource('', 'v1', 'endpoints', 'Endpoints', { short: ['ep'] }),
  defineResource('', 'v1', 'events', 'Event', { short: ['ev'] }),
  defineResource('', 'v1', 'limitranges', 'LimitRange', { short: ['limits'] }),
  defineResource('', 'v1', 'namespaces', 'Namespace', {
    scope: 'Cluster',
    short: ['ns'],
    verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
    status: true,
    subresources: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  }),
  defineResource('', 'v1', 'nodes', 'Node', {
    scope: 'Cluster',
    short: ['no'],
    status: true,
    subresources: [{ name: 'proxy', kind: 'NodeProxyOptions', verbs: PROXY }],
  }),
  defineResource('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', { short: ['pvc'], status: true }),
  defineResource('', 'v1', 'persistentvolumes', 'PersistentVolume', { scope: 'Cluster', short: ['pv'], status: true }),
  defineResource('', 'v1', 'pods', 'Pod', {
    short: ['po'],
    categories: ['all'],
    status: true,
    subresources: [
      { name: 'attach', kind: 'PodAttachOptions', verbs: CONNECT },
      { name: 'binding', kind: 'Binding', verbs: ['create'] },
      { name: 'ephemeralcontainers', kind: 'Pod', verbs: CHANGE },
      { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
      { name: 'exec', kind: 'PodExecOptions', verbs: CONNECT },
      { name: 'log', kind: 'Pod', verbs: ['get'] },
      { name: 'portforward', kind: 'PodPortForwardOptions', verbs: CONNECT },
      { name: 'proxy', kind: 'PodProxyOptions', verbs: PROXY },
      { name: 'resize', kind: 'Pod', verbs: CHANGE },
    ],
  }),
  defineResource('', 'v1', 'podtemplates', 'PodTemplate'),
  defineResource('', 'v1', 'replicationcontrollers', 'ReplicationController', {
    short: ['rc'],
    categories: ['all'],
    status: true,
    scale: true,
  }),
  defineResource('', 'v1', 'resourcequotas', 'ResourceQuota', { short: ['quota'], status: true }),
  defineResource('', 'v1', 'secrets', 'Secret'),
  defineResource('', 'v1', 'serviceaccounts', 'ServiceAccount', {
    short: ['sa'],
    subresources: [
      { name: 'token', kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
    ],
  }),
  defineResource('', 'v1', 'services', 'Service', {
    short: ['svc'],
    categories: ['all'],
    status: true,
    subresources: [{ name: 'proxy', kind: 'ServiceProxyOptions', verbs: PROXY }],
  }),
]
