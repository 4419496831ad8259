import { defineResource, type ResourceType } from './resource-type.ts'

const EXTENSIONS = ['api-extensions']
const REVIEW = ['create']
const AUTHN = 'authentication.k8s.io'
const AUTHZ = 'authorization.k8s.io'
const NET = 'networking.k8s.io'
const RBAC = 'rbac.authorization.k8s.io'
const STORAGE = 'storage.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'
const DRA = 'resource.k8s.io'
const FLOW = 'flowcontrol.apiserver.k8s.io'

/**
 * The named groups of Kubernetes 1.34 in the order its discovery lists them. The order decides what a bare
 * `networkpolicies` means: the first group that has it.
 */
export const GROUP_RESOURCES: readonly ResourceType[] = [
  defineResource('apiregistration.k8s.io', 'v1', 'apiservices', 'APIService', {
    scope: 'Cluster',
    categories: EXTENSIONS,
    status: true,
  }),
  defineResource('apps', 'v1', 'controllerrevisions', 'ControllerRevision'),
  defineResource('apps', 'v1', 'daemonsets', 'DaemonSet', { short: ['ds'], categories: ['all'], status: true }),
  defineResource('apps', 'v1', 'deployments', 'Deployment', {
    short: ['deploy'],
    categories: ['all'],
    status: true,
    scale: true,
  }),
  defineResource('apps', 'v1', 'replicasets', 'ReplicaSet', {
    short: ['rs'],
    categories: ['all'],
    status: true,
    scale: true,
  }),
  defineResource('apps', 'v1', 'statefulsets', 'StatefulSet', {
    short: ['sts'],
    categories: ['all'],
    status: true,
    scale: true,
  }),
  defineResource('events.k8s.io', 'v1', 'events', 'Event', { short: ['ev'], storedAs: 'events' }),
  defineResource(AUTHN, 'v1', 'selfsubjectreviews', 'SelfSubjectReview', { scope: 'Cluster', verbs: REVIEW }),
  defineResource(AUTHN, 'v1', 'tokenreviews', 'TokenReview', { scope: 'Cluster', verbs: REVIEW }),
  defineResource(AUTHZ, 'v1', 'localsubjectaccessreviews', 'LocalSubjectAccessReview', { verbs: REVIEW }),
  defineResource(AUTHZ, 'v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', {
    scope: 'Cluster',
    verbs: REVIEW,
  }),
  defineResource(AUTHZ, 'v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', { scope: 'Cluster', verbs: REVIEW }),
  defineResource(AUTHZ, 'v1', 'subjectaccessreviews', 'SubjectAccessReview', { scope: 'Cluster', verbs: REVIEW }),
  defineResource('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    short: ['hpa'],
    categories: ['all'],
    status: true,
  }),
  defineResource('autoscaling', 'v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    short: ['hpa'],
    categories: ['all'],
    status: true,
  }),
  defineResource('batch', 'v1', 'cronjobs', 'CronJob', { short: ['cj'], categories: ['all'], status: true }),
  defineResource('batch', 'v1', 'jobs', 'Job', { categories: ['all'], status: true }),
  defineResource('certificates.k8s.io', 'v1', 'certificatesigningrequests', 'CertificateSigningRequest', {
    scope: 'Cluster',
    short: ['csr'],
    status: true,
    subresources: [{ name: 'approval', kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] }],
  }),
  defineResource(NET, 'v1', 'ingressclasses', 'IngressClass', { scope: 'Cluster' }),
  defineResource(NET, 'v1', 'ingresses', 'Ingress', { short: ['ing'], status: true }),
  defineResource(NET, 'v1', 'ipaddresses', 'IPAddress', { scope: 'Cluster', short: ['ip'] }),
  defineResource(NET, 'v1', 'networkpolicies', 'NetworkPolicy', { short: ['netpol'] }),
  defineResource(NET, 'v1', 'servicecidrs', 'ServiceCIDR', { scope: 'Cluster', status: true }),
  defineResource('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', { short: ['pdb'], status: true }),
  defineResource(RBAC, 'v1', 'clusterrolebindings', 'ClusterRoleBinding', { scope: 'Cluster' }),
  defineResource(RBAC, 'v1', 'clusterroles', 'ClusterRole', { scope: 'Cluster' }),
  defineResource(RBAC, 'v1', 'rolebindings', 'RoleBinding'),
  defineResource(RBAC, 'v1', 'roles', 'Role'),
  defineResource(STORAGE, 'v1', 'csidrivers', 'CSIDriver', { scope: 'Cluster' }),
  defineResource(STORAGE, 'v1', 'csinodes', 'CSINode', { scope: 'Cluster' }),
  defineResource(STORAGE, 'v1', 'csistoragecapacities', 'CSIStorageCapacity'),
  defineResource(STORAGE, 'v1', 'storageclasses', 'StorageClass', { scope: 'Cluster', short: ['sc'] }),
  defineResource(STORAGE, 'v1', 'volumeattachments', 'VolumeAttachment', { scope: 'Cluster', status: true }),
  defineResource(STORAGE, 'v1', 'volumeattributesclasses', 'VolumeAttributesClass', {
    scope: 'Cluster',
    short: ['vac'],
  }),
  defineResource(ADMISSION, 'v1', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', {
    scope: 'Cluster',
    categories: EXTENSIONS,
  }),
  defineResource(ADMISSION, 'v1', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', {
    scope: 'Cluster',
    categories: EXTENSIONS,
    status: true,
  }),
  defineResource(ADMISSION, 'v1', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', {
    scope: 'Cluster',
    categories: EXTENSIONS,
  }),
  defineResource(ADMISSION, 'v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', {
    scope: 'Cluster',
    categories: EXTENSIONS,
  }),
  defineResource('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', {
    scope: 'Cluster',
    short: ['crd', 'crds'],
    categories: EXTENSIONS,
    status: true,
  }),
  defineResource('scheduling.k8s.io', 'v1', 'priorityclasses', 'PriorityClass', { scope: 'Cluster', short: ['pc'] }),
  defineResource('coordination.k8s.io', 'v1', 'leases', 'Lease'),
  defineResource('node.k8s.io', 'v1', 'runtimeclasses', 'RuntimeClass', { scope: 'Cluster' }),
  defineResource('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  defineResource(DRA, 'v1', 'deviceclasses', 'DeviceClass', { scope: 'Cluster' }),
  defineResource(DRA, 'v1', 'resourceclaims', 'ResourceClaim', { status: true }),
  defineResource(DRA, 'v1', 'resourceclaimtemplates', 'ResourceClaimTemplate'),
  defineResource(DRA, 'v1', 'resourceslices', 'ResourceSlice', { scope: 'Cluster' }),
  defineResource(FLOW, 'v1', 'flowschemas', 'FlowSchema', { scope: 'Cluster', status: true }),
  defineResource(FLOW, 'v1', 'prioritylevelconfigurations', 'PriorityLevelConfiguration', {
    scope: 'Cluster',
    status: true,
  }),
]
