/** A step is refused before its first change, never half done for want of a right. */
import { stepNotAllowed } from '../errors/catalog/engine.ts'
import type { Step } from '../workshop/step.ts'
import { actionKind } from './actions/table.ts'
import { requireAdmission } from './admission.ts'
import type { Scope } from './scope.ts'
import { skipReason } from './when.ts'

export async function requireRights(scope: Scope, step: Step): Promise<void> {
  await requirePermissions(scope, step)
  await requireAdmission(scope, step)
}

async function requirePermissions(scope: Scope, step: Step): Promise<void> {
  const { cluster } = scope.deps
  const { allowed } = scope.memory
  // In the sandbox everything is allowed.
  if (cluster.isSandbox || !cluster.refusals || allowed.has(step.number)) return
  const operations = await Promise.all(
    step.stages
      .flatMap((stage) => stage.actions)
      .map(async (action) => {
        const kind = actionKind(action)
        if (!kind.changes || skipReason(action.when, scope.features) !== null) return null
        // What is there already needs no right to make it.
        if (((await kind.skip?.(action, scope)) ?? null) !== null) return null
        return kind.operation(action, scope)
      }),
  )
  const refused = await cluster.refusals(operations.filter((operation) => operation !== null))
  if (refused.length > 0) throw stepNotAllowed(step.number, step.title, refused)
  allowed.add(step.number)
}
