import { isTerminating } from '../pods.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const createNamespace: ActionKind<ActionOf<'create-namespace'>> = {
  changes: true,
  operation: ({ name }) => ({ kind: 'create-namespace', name }),
  isDone: ({ name }, snapshot) => {
    const namespace = snapshot.find({ apiVersion: 'v1', kind: 'Namespace', name })
    return namespace !== undefined && !isTerminating(namespace)
  },
  skip: async ({ name }, { deps }) => {
    const namespace = await deps.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name })
    return namespace && !isTerminating(namespace) ? `namespace ${name} is already there` : null
  },
}
