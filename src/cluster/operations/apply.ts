/** `kubectl apply -f`: create with the annotation, or the three-way merge as one merge patch. */
import { ApiRefusal } from '../../errors/catalog/cluster.ts'
import { createRepeatably, refTo } from '../create-repeatably.ts'
import { readLastApplied, withLastApplied } from '../last-applied.ts'
import { loadManifest } from '../manifest.ts'
import type { KubeObject } from '../port.ts'
import { mergePatch, threeWayMerge } from '../three-way-merge.ts'
import { type CarryOut, type OperationContext, shownName } from './context.ts'
import { collect } from './outcome.ts'
import { waitUntilGone } from './wait-until-gone.ts'

const fieldManager = 'kubectl-client-side-apply'
const conflictAttempts = 6

export const apply: CarryOut<'apply'> = async (operation, context) => {
  const objects = operation.objects ?? loadManifest(operation.path)
  return collect(
    context,
    objects,
    (object) => applyObject(object, context),
    (object) => shownName(object),
  )
}

/** Returns whether something was changed. */
async function applyObject(manifest: KubeObject, context: OperationContext): Promise<boolean> {
  const { api, signal } = context
  const object = await placed(manifest, context)
  const ref = refTo(object)
  const wanted = withLastApplied(object)
  for (let attempt = 0; ; attempt++) {
    const live = await api.get(ref, signal)
    try {
      if (!live) {
        const path = await api.path({ apiVersion: ref.apiVersion, kind: ref.kind, namespace: ref.namespace })
        await createRepeatably(api, ref, {
          method: 'POST',
          path,
          query: { fieldManager, fieldValidation: 'Strict' },
          body: wanted,
          signal,
        })
        context.out(`${shownName(object)} created`)
        return true
      }
      if (live.kind === 'Namespace' && live.metadata.deletionTimestamp) {
        context.err(`namespace/${ref.name} is still being deleted; waiting until it is gone`)
        await waitUntilGone(ref, live.metadata.uid, context)
        continue
      }
      const patch = mergePatch(live, threeWayMerge(object.kind, readLastApplied(live), wanted, live))
      if (!patch) {
        context.out(`${shownName(object)} unchanged`)
        return false
      }
      await api.send({
        method: 'PATCH',
        path: await api.path(ref),
        query: { fieldManager, fieldValidation: 'Strict' },
        contentType: 'application/merge-patch+json',
        // What was merged is what was read: a change in between is a conflict, and read again.
        body: { ...patch, metadata: { ...patch.metadata, resourceVersion: live.metadata.resourceVersion } },
        signal,
      })
      context.out(`${shownName(object)} configured`)
      return true
    } catch (error) {
      const again = error instanceof ApiRefusal && (error.status === 409 || (error.status === 404 && live !== null))
      if (!again || attempt + 1 >= conflictAttempts) throw error
    }
  }
}

/** An object of a namespaced kind without a namespace belongs to the context's, and kubectl writes that down. */
async function placed(manifest: KubeObject, { api }: OperationContext): Promise<KubeObject> {
  const resource = await api.locate(manifest)
  if (!resource) {
    // kubectl's own words, so that both ways read the same.
    throw new ApiRefusal({
      status: 404,
      message: `no matches for kind "${manifest.kind}" in version "${manifest.apiVersion}"`,
      hint: (await import('../failure-hint.ts')).failureHint({ message: 'no matches for kind "' }) ?? '',
      request: 'discovery',
    })
  }
  if (!resource.namespaced || manifest.metadata.namespace !== undefined) return manifest
  return { ...manifest, metadata: { ...manifest.metadata, namespace: api.namespace } }
}
