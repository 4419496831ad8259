import type { KubeObject } from '../../contracts.ts'
import { cloneJson } from '../../store/json-value.ts'
import type { ResourceRequest } from '../context.ts'
import { asObject } from '../decode-body.ts'
import { strategicMerge } from '../patch/strategic-merge.ts'
import type { WriteOptions } from '../query-options.ts'
import { typeNameOf } from '../schema/type-table.ts'
import { createObject } from './create.ts'
import { updateObject } from './update.ts'

/** Server-side apply: creates, or merges what the manifest says. */
export function applyPatch(
  request: ResourceRequest,
  patch: unknown,
  options: WriteOptions,
): { object: KubeObject; created: boolean } {
  const { type, context, namespace, name } = request
  const applied = asObject(patch, type)
  const previous = context.store.get(type.storedAs, namespace, name!)
  if (!previous) {
    applied.metadata.name = name!
    return { object: createObject(request, cloneJson(applied), options, 'apply'), created: true }
  }
  const merged = asObject(strategicMerge(cloneJson(previous), applied, typeNameOf(type)), type)
  return { object: updateObject(request, cloneJson(merged), previous, options, 'apply'), created: false }
}
