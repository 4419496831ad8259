import type { Endpoint, EndpointDraft } from './endpoint.ts'
import type { EndpointSpec } from './model.ts'
import { type ProfileLabels, workloadLabels } from './objects/effective-labels.ts'
import type { LabelClass, Registry } from './registry.ts'
import type { Labels } from './selector/matches.ts'

/** A draft and the endpoint made of it last: a reading of a pod that another world finds again brings its endpoint along. */
export interface DraftReading {
  endpoint: EndpointDraft
  made: MadeEndpoint | null
}

interface MadeEndpoint {
  namespace: Labels | undefined
  account: Labels | undefined
  endpoint: Endpoint
}

const nothing: readonly never[] = []

/** An endpoint given as such. */
export function givenEndpoint(spec: EndpointSpec): DraftReading {
  const endpoint: EndpointDraft = {
    id: spec.id,
    kind: spec.kind ?? 'workload',
    name: spec.name,
    namespace: spec.namespace,
    labels: spec.labels,
    serviceAccount: spec.serviceAccount ?? 'default',
    ips: spec.ips,
    ports: spec.ports ?? nothing,
    noProfile: spec.noProfile ?? false,
    isTemplate: spec.ips.length === 0,
    workload: spec.name,
    env: nothing,
  }
  return { endpoint, made: null }
}

/** The endpoints from before, as long as the pod and what it inherits labels from are the same: of thousands, one changes. */
export function makeEndpoints(
  readings: readonly DraftReading[],
  profiles: ProfileLabels,
  registry: Registry,
): Endpoint[] {
  const classes = new Map<string, LabelClass>()
  return readings.map((reading) => {
    const { endpoint: draft, made } = reading
    const namespace = profiles.namespaces.get(draft.namespace)
    const account = profiles.serviceAccounts.get(`${draft.namespace}/${draft.serviceAccount}`)
    if (made && made.namespace === namespace && made.account === account) return made.endpoint
    const endpoint = withClass(draft, classOf(draft, classes, profiles, registry))
    reading.made = { namespace, account, endpoint }
    return endpoint
  })
}

/** The labels are put together once for all pods that are made of the same. */
function classOf(
  { labels, namespace, serviceAccount, ports, kind, noProfile }: EndpointDraft,
  classes: Map<string, LabelClass>,
  profiles: ProfileLabels,
  registry: Registry,
): LabelClass {
  const key = JSON.stringify([namespace, serviceAccount, labels, ports, kind, noProfile])
  const known = classes.get(key)
  if (known) return known
  const made = registry.labelClass({
    labels: workloadLabels({ labels, namespace, serviceAccount }, profiles),
    namespace,
    ports,
    isWorkload: kind === 'workload',
    noProfile,
  })
  classes.set(key, made)
  return made
}

/** Field by field: a copy with a field more costs many times as much. */
function withClass(draft: EndpointDraft, labelClass: LabelClass): Endpoint {
  return {
    id: draft.id,
    kind: draft.kind,
    name: draft.name,
    namespace: draft.namespace,
    labels: draft.labels,
    serviceAccount: draft.serviceAccount,
    ips: draft.ips,
    ports: draft.ports,
    noProfile: draft.noProfile,
    isTemplate: draft.isTemplate,
    workload: draft.workload,
    env: draft.env,
    labelClass,
  }
}
