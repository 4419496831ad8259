import type { KubeObject, ResourceId } from '../contracts.ts'

/** What the namespace controller says about a namespace it empties (pkg/controller/namespace/deletion/status_condition_utils.go). */
export function deletionConditions(
  namespace: KubeObject,
  content: readonly (readonly [ResourceId, KubeObject])[],
  now: string,
): object[] {
  const earlier: any[] = namespace.status?.conditions ?? []
  const condition = (type: string, isBad: boolean, reason: string, message: string) => {
    const status = isBad ? 'True' : 'False'
    const before = earlier.find((each) => each.type === type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now
    return { type, status, lastTransitionTime, reason, message }
  }
  const resources = counted(content.map(([resource]) => (resource.includes('.') ? resource : `${resource}.`)))
  const finalizers = counted(content.flatMap(([, object]) => object.metadata.finalizers ?? []))
  const list = (counts: Map<string, number>, word: string) =>
    [...counts]
      .map(([name, count]) => `${name} ${word} ${count} resource instances`)
      .sort()
      .join(', ')
  return [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      false,
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition(
      'NamespaceDeletionContentFailure',
      false,
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    resources.size > 0
      ? condition(
          'NamespaceContentRemaining',
          true,
          'SomeResourcesRemain',
          `Some resources are remaining: ${list(resources, 'has')}`,
        )
      : condition('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${list(finalizers, 'in')}`,
        )
      : condition(
          'NamespaceFinalizersRemaining',
          false,
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ]
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
