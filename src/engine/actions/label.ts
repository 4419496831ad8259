import { labelled } from '../labelled.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const label: ActionKind<ActionOf<'label'>> = {
  changes: true,
  operation: (action) => {
    const { resource, namespace, all, name, selector, labels, overwrite } = action
    return {
      kind: 'label',
      resource,
      labels,
      overwrite,
      ...(namespace === undefined ? {} : { namespace }),
      ...(all === undefined ? {} : { all }),
      ...(name === undefined ? {} : { name }),
      ...(selector === undefined ? {} : { selector }),
    }
  },
  isDone: (action, snapshot) => {
    const objects = labelled(snapshot.objects, action)
    return objects.length > 0 && objects.every((object) => hasLabels(object.metadata.labels, action.labels))
  },
}

export function hasLabels(
  live: Record<string, string> | undefined,
  wanted: Readonly<Record<string, string | null>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) =>
    value === null ? live?.[key] === undefined : live?.[key] === value,
  )
}
