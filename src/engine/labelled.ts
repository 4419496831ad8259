import type { KubeObject } from '../cluster/port.ts'
import { choosePods, type PodChoice } from './pods.ts'

/** Resource words people type, and the kinds they mean; the rest of the track's lines never label anything else. */
const kinds: Readonly<Record<string, string>> = {
  po: 'Pod',
  pod: 'Pod',
  pods: 'Pod',
  ns: 'Namespace',
  namespace: 'Namespace',
  namespaces: 'Namespace',
  deploy: 'Deployment',
  deployment: 'Deployment',
  deployments: 'Deployment',
}

/** The objects a `kubectl label RESOURCE ...` line reaches. */
export function labelled(objects: readonly KubeObject[], action: PodChoice & { resource: string }): KubeObject[] {
  const kind = kinds[action.resource.split('.')[0]!.toLowerCase()]
  if (kind === undefined) return []
  const { namespace, ...rest } = action
  const scoped = kind === 'Namespace' || namespace === undefined ? rest : action
  return choosePods(
    objects.filter((object) => object.kind === kind),
    scoped,
  )
}
