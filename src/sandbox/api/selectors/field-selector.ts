import type { KubeObject, ResourceId } from '../../contracts.ts'
import { badRequest } from '../api-error.ts'

type FieldMatch = (object: KubeObject) => boolean

type Fields = Readonly<Record<string, (object: KubeObject) => string>>

const METADATA: Fields = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
}

const REPLICATED: Fields = { 'status.replicas': (object) => String(object.status?.replicas ?? 0) }

/** What each kind lets clients select by, besides its name and namespace. */
const BY_RESOURCE: Readonly<Record<ResourceId, Fields>> = {
  pods: {
    'spec.nodeName': (object) => object.spec?.nodeName ?? '',
    'spec.restartPolicy': (object) => object.spec?.restartPolicy ?? '',
    'spec.schedulerName': (object) => object.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (object) => object.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String(object.spec?.hostNetwork ?? false),
    'status.phase': (object) => object.status?.phase ?? '',
    'status.podIP': (object) => object.status?.podIP ?? '',
    'status.podIPs': (object) => object.status?.podIP ?? '',
    'status.nominatedNodeName': (object) => object.status?.nominatedNodeName ?? '',
  },
  events: {
    'involvedObject.kind': (object) => object.involvedObject?.kind ?? '',
    'involvedObject.namespace': (object) => object.involvedObject?.namespace ?? '',
    'involvedObject.name': (object) => object.involvedObject?.name ?? '',
    'involvedObject.uid': (object) => object.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': (object) => object.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': (object) => object.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': (object) => object.involvedObject?.fieldPath ?? '',
    'regarding.kind': (object) => object.involvedObject?.kind ?? '',
    'regarding.namespace': (object) => object.involvedObject?.namespace ?? '',
    'regarding.name': (object) => object.involvedObject?.name ?? '',
    'regarding.uid': (object) => object.involvedObject?.uid ?? '',
    reason: (object) => object.reason ?? '',
    reportingComponent: (object) => object.reportingComponent ?? '',
    reportingController: (object) => object.reportingComponent ?? '',
    source: (object) => object.source?.component ?? object.reportingComponent ?? '',
    type: (object) => object.type ?? '',
  },
  namespaces: { 'status.phase': (object) => object.status?.phase ?? '' },
  nodes: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  secrets: { type: (object) => object.type ?? '' },
  services: {
    'spec.clusterIP': (object) => object.spec?.clusterIP ?? '',
    'spec.type': (object) => object.spec?.type ?? '',
  },
  replicationcontrollers: REPLICATED,
  'jobs.batch': { 'status.successful': (object) => String(object.status?.succeeded ?? 0) },
  'certificatesigningrequests.certificates.k8s.io': { 'spec.signerName': (object) => object.spec?.signerName ?? '' },
}

const TIERED = new Set<ResourceId>([
  'networkpolicies.projectcalico.org',
  'globalnetworkpolicies.projectcalico.org',
  'stagednetworkpolicies.projectcalico.org',
  'stagedglobalnetworkpolicies.projectcalico.org',
])
const TIER: Fields = { 'spec.tier': (object) => object.spec?.tier ?? 'default' }

export interface FieldSelector {
  matches: FieldMatch
  /** Set when the selector pins one object: the read can go straight to it. */
  name?: string
}

/** `metadata.name=x,status.phase!=Running`. A field the kind does not offer is a 400, never an empty list. */
export function parseFieldSelector(text: string | null | undefined, resource: ResourceId): FieldSelector {
  if (!text) return { matches: () => true }
  const tests: FieldMatch[] = []
  let name: string | undefined
  for (const part of splitTerms(text)) {
    const term = /^([^=!]+)(==|!=|=)(.*)$/s.exec(part)
    if (!term) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
    const [, field = '', operator, raw = ''] = term
    const value = raw.replace(/\\([\\,=])/g, '$1')
    const read = METADATA[field] ?? BY_RESOURCE[resource]?.[field] ?? (TIERED.has(resource) ? TIER[field] : undefined)
    if (!read) throw badRequest(`field label not supported: ${field}`)
    if (operator === '!=') tests.push((object) => read(object) !== value)
    else {
      if (field === 'metadata.name') name = value
      tests.push((object) => read(object) === value)
    }
  }
  return { matches: (object) => tests.every((test) => test(object)), ...(name === undefined ? {} : { name }) }
}

/** Commas separate terms unless a backslash stands before them. */
function splitTerms(text: string): string[] {
  return text.split(/(?<!\\),/).filter((part) => part !== '')
}
