import type { EndpointSpec } from '../model.ts'
import type { Labels } from '../selector/matches.ts'
import { labelNamespace, labelOrchestrator, labelServiceAccount } from './calico-rule.ts'

/** Labels of namespaces by name, and of service accounts by `namespace/name`. */
export interface ProfileLabels {
  namespaces: ReadonlyMap<string, Labels>
  serviceAccounts: ReadonlyMap<string, Labels>
}

/**
 * What selectors see of a pod: its own labels (those starting `pcns.` or `pcsa.` are discarded), Calico's three, and
 * underneath them what it inherits from the profiles of its namespace and service account.
 */
export function workloadLabels(
  endpoint: Pick<EndpointSpec, 'labels' | 'namespace' | 'serviceAccount'>,
  profiles: ProfileLabels,
): Labels {
  const account = endpoint.serviceAccount ?? 'default'
  const labels = namespaceLabels(endpoint.namespace, profiles)
  addPrefixed(labels, 'pcsa.', profiles.serviceAccounts.get(`${endpoint.namespace}/${account}`))
  labels['pcsa.projectcalico.org/name'] = account
  for (const [name, value] of Object.entries(endpoint.labels)) {
    if (!name.startsWith('pcns.') && !name.startsWith('pcsa.')) labels[name] = String(value)
  }
  labels[labelNamespace] = endpoint.namespace
  labels[labelOrchestrator] = 'k8s'
  labels[labelServiceAccount] = account
  return labels
}

/** A NetworkSet also inherits its namespace's labels; without a namespace only its own count. */
export function networkSetLabels(own: Labels, namespace: string, profiles: ProfileLabels): Labels {
  const labels =
    namespace === '' ? (Object.create(null) as Record<string, string>) : namespaceLabels(namespace, profiles)
  for (const [name, value] of Object.entries(own)) labels[name] = String(value)
  if (namespace !== '') labels[labelNamespace] = namespace
  return labels
}

function namespaceLabels(namespace: string, profiles: ProfileLabels): Record<string, string> {
  const labels = Object.create(null) as Record<string, string>
  addPrefixed(labels, 'pcns.', profiles.namespaces.get(namespace))
  labels['pcns.projectcalico.org/name'] = namespace
  return labels
}

function addPrefixed(labels: Record<string, string>, prefix: string, added: Labels | undefined): void {
  for (const [name, value] of Object.entries(added ?? {})) labels[prefix + name] = String(value)
}
