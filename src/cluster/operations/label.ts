/** `kubectl label`: what is labelled already stays as it is; another value needs --overwrite. */
import { ApiRefusal } from '../../errors/catalog/cluster.ts'
import { refTo } from '../create-repeatably.ts'
import { findTypedResource } from '../discovery.ts'
import type { KubeObject } from '../port.ts'
import { type CarryOut, type OperationContext, type OperationOf, shownName } from './context.ts'
import { collect, toFailure } from './outcome.ts'

export const label: CarryOut<'label'> = async (operation, context) => {
  const targets = await findTargets(operation.resource, operation, context)
  if (!Array.isArray(targets)) return targets
  if (targets.length === 0) {
    return {
      ok: false,
      exitCode: 1,
      changed: 0,
      message: `There are no ${operation.resource} to label.`,
      hint: 'The step that makes them has not been applied.',
    }
  }
  return collect(context, targets, (target) => labelOne(target, operation, context), shownName)
}

/** The objects a typed resource with a name, --all or -l means. */
export async function findTargets(
  typed: string,
  which: { namespace?: string; name?: string; all?: boolean; selector?: string },
  context: OperationContext,
): Promise<KubeObject[] | ReturnType<typeof toFailure>> {
  const { api, signal } = context
  const kind = findTypedResource(await api.resources(), typed)
  if (!kind)
    return { ok: false, exitCode: 1, changed: 0, message: `the server doesn't have a resource type "${typed}"` }
  const namespace = kind.namespaced ? (which.namespace ?? api.namespace) : undefined
  const ref = { apiVersion: kind.apiVersion, kind: kind.kind }
  if (which.name !== undefined) {
    const found = await api.get({ ...ref, name: which.name, ...(namespace === undefined ? {} : { namespace }) }, signal)
    if (found) return [found]
    return toFailure(
      new ApiRefusal({
        status: 404,
        reason: 'NotFound',
        message: `${kind.name} "${which.name}" not found`,
        request: 'label',
      }),
    )
  }
  return api.list(
    ref,
    {
      ...(namespace === undefined ? {} : { namespace }),
      ...(which.selector === undefined ? {} : { labelSelector: which.selector }),
    },
    signal,
  )
}

async function labelOne(
  target: KubeObject,
  operation: OperationOf<'label'>,
  context: OperationContext,
): Promise<boolean> {
  const present = target.metadata.labels ?? {}
  const change: Record<string, string | null> = {}
  for (const [key, value] of Object.entries(operation.labels)) {
    const before = present[key]
    if (value === null ? before === undefined : before === value) continue
    if (value !== null && before !== undefined && !operation.overwrite) {
      throw new ApiRefusal({
        status: 409,
        reason: 'LabelExists',
        message: `'${key}' already has a value (${before}), and --overwrite is false`,
        hint: 'Somebody gave it another value. Look at it, or add --overwrite.',
        request: 'label',
      })
    }
    change[key] = value
  }
  if (Object.keys(change).length === 0) {
    context.out(`${shownName(target)} not labeled`)
    return false
  }
  try {
    await context.api.send({
      method: 'PATCH',
      path: await context.api.path(refTo(target)),
      query: { fieldManager: 'kubectl-label' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: change } },
      repeatConflict: true,
      signal: context.signal,
    })
  } catch (error) {
    // A pod that went away meanwhile has no labels to lose; its successor is another pod.
    if (operation.all && error instanceof ApiRefusal && error.status === 404) {
      context.err(`${shownName(target)} is gone meanwhile`)
      return false
    }
    throw error
  }
  context.out(
    `${shownName(target)} ${Object.values(change).every((value) => value === null) ? 'unlabeled' : 'labeled'}`,
  )
  return true
}
