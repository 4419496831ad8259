/** One line per action kind; a new kind is a new file and a line here. */
import type { Action } from '../../workshop/step.ts'
import { apply } from './apply.ts'
import { ask } from './ask.ts'
import { createNamespace } from './create-namespace.ts'
import { deleteManifest } from './delete.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'
import { label } from './label.ts'
import { resolveDomains } from './resolve-domains.ts'
import { restart } from './restart.ts'
import { runPod } from './run-pod.ts'
import { show } from './show.ts'
import { wait } from './wait.ts'

const table: { [K in Action['kind']]: ActionKind<ActionOf<K>> } = {
  apply,
  ask,
  delete: deleteManifest,
  label,
  'run-pod': runPod,
  restart,
  wait,
  show,
  'create-namespace': createNamespace,
  'resolve-domains': resolveDomains,
}

export function actionKind(action: Action): ActionKind<Action> {
  return table[action.kind] as ActionKind<Action>
}
