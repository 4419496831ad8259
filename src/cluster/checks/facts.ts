/** What several checks look at, read once and at the same time. `null`: this user may not read it. */
import { type Need, shownNeed } from '../permissions.ts'
import type { ApiSurface, KindRef, KubeObject, ListOptions } from '../port.ts'
import type { CheckContext } from './check.ts'

export interface Facts {
  surface(): Promise<ApiSurface>
  list(kind: KindRef, options?: ListOptions): Promise<KubeObject[] | null>
  /** Whether this user may; asked once. */
  may(need: Need): Promise<boolean>
  nodes(): Promise<KubeObject[] | null>
  namespaces(): Promise<KubeObject[] | null>
  /** Pods of the namespaces where clusters run their own parts. */
  systemPods(): Promise<KubeObject[] | null>
}

const systemNamespaces = ['kube-system', 'calico-system', 'openshift-dns', 'tigera-operator']

export function loadFacts({ cluster }: CheckContext): Facts {
  const known = new Map<string, Promise<KubeObject[] | null>>()
  const list: Facts['list'] = (kind, options = {}) => {
    const key = JSON.stringify([kind.apiVersion, kind.kind, options])
    const there = known.get(key)
    if (there) return there
    const value = cluster!.list(kind, options).catch((error: { status?: number }) => {
      if (error.status === 403 || error.status === 404) return null
      throw error
    })
    known.set(key, value)
    // Several checks wait for it; one of them reports the failure.
    value.catch(() => {})
    return value
  }
  const answers = new Map<string, Promise<boolean>>()
  return {
    may(need) {
      const key = shownNeed(need)
      const answer = answers.get(key) ?? cluster!.can(need.verb, need)
      answers.set(key, answer)
      return answer
    },
    surface: () => cluster!.surface(),
    list,
    nodes: () => list({ apiVersion: 'v1', kind: 'Node' }),
    namespaces: () => list({ apiVersion: 'v1', kind: 'Namespace' }),
    async systemPods() {
      const lists = await Promise.all(
        systemNamespaces.map((namespace) => list({ apiVersion: 'v1', kind: 'Pod' }, { namespace })),
      )
      const readable = lists.filter((entry) => entry !== null)
      return readable.length === 0 ? null : readable.flat()
    },
  }
}

export function isReady(object: KubeObject): boolean {
  return (object.status?.conditions ?? []).some(
    (condition: any) => condition.type === 'Ready' && condition.status === 'True',
  )
}
