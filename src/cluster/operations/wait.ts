/** `kubectl wait`: polls until every object meets the condition. */
import type { KubeObject, OperationResult } from '../port.ts'
import { waitFor } from '../to-kubectl-args.ts'
import { type CarryOut, type OperationContext, type OperationOf, shownName } from './context.ts'
import { findTargets } from './label.ts'

export const wait: CarryOut<'wait'> = async (operation, context) => {
  const condition = waitFor(operation.condition)
  const end = context.now() + operation.timeoutSeconds * 1000
  const met = new Set<string>()
  for (let round = 0; ; round++) {
    const targets = await targetsNow(operation, context)
    if ('ok' in targets) {
      // Gone, or never there: that is what was waited for.
      if (condition === 'delete') return { ok: true, exitCode: 0, changed: 0 }
      if (condition !== 'create' || context.now() >= end) return targets
    } else {
      if (targets.objects.length === 0 && condition === 'delete') return { ok: true, exitCode: 0, changed: 0 }
      const open = targets.objects.filter((object) => !isMet(object, condition))
      for (const object of targets.objects) {
        const name = shownName(object)
        if (open.includes(object) || met.has(name)) continue
        met.add(name)
        context.out(`${name} condition met`)
      }
      if (targets.objects.length > 0 && open.length === 0) return { ok: true, exitCode: 0, changed: 0 }
      if (context.now() >= end) return timedOut(operation, open)
    }
    await context.sleep(Math.min(25 * 2 ** round, 1000), context.signal)
  }
}

async function targetsNow(
  operation: OperationOf<'wait'>,
  context: OperationContext,
): Promise<{ objects: KubeObject[] } | OperationResult> {
  const found = await findTargets(operation.resource, operation, context)
  return Array.isArray(found) ? { objects: found } : found
}

function timedOut(operation: OperationOf<'wait'>, open: readonly KubeObject[]): OperationResult {
  const first = open[0]
  const message = first
    ? `timed out waiting for the condition on ${open.map(shownName).join(', ')}${whyNot(first)}`
    : 'no matching resources found'
  return {
    ok: false,
    exitCode: 1,
    changed: 0,
    message,
    hint: first
      ? `Look at it: kubectl describe ${shownName(first)}${operation.namespace ? ` -n ${operation.namespace}` : ''}`
      : 'The step that makes them has not been applied.',
  }
}

/** What a container waits for, where the status says it. */
function whyNot(object: KubeObject): string {
  const waiting = (object.status?.containerStatuses ?? [])
    .map((status: any) => status.state?.waiting?.reason)
    .find(Boolean)
  return waiting ? ` (${waiting})` : ''
}

/** `condition=Ready`, `condition=Ready=false`, `jsonpath={.status.phase}=Running`, `create`. */
export function isMet(object: KubeObject, condition: string): boolean {
  if (condition === 'create') return true
  if (condition === 'delete') return false
  const wanted = /^condition=([^=]+)(?:=(.*))?$/.exec(condition)
  if (wanted) {
    const generation = object.metadata.generation
    const observed = object.status?.observedGeneration
    // A status written for an older spec says nothing about this one.
    if (typeof generation === 'number' && typeof observed === 'number' && observed < generation) return false
    const entry = (object.status?.conditions ?? []).find(
      (one: any) => String(one.type).toLowerCase() === wanted[1]!.toLowerCase(),
    )
    return entry !== undefined && String(entry.status).toLowerCase() === (wanted[2] ?? 'true').toLowerCase()
  }
  const path = /^jsonpath='?\{?\.?([\w.[\]]+)\}?'?(?:=(.*))?$/.exec(condition)
  if (!path) return false
  const value = path[1]!
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce((at: any, key) => at?.[key], object)
  return path[2] === undefined ? value !== undefined : String(value) === path[2].replace(/^['"]|['"]$/g, '')
}
