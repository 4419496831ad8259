import type { KubeObject } from '../../contracts.ts'
import type { AdmitRequest } from '../../server/handler.types.ts'
import { cloneJson } from '../../store/json-value.ts'
import type { ResourceRequest } from '../context.ts'
import type { WriteOptions } from '../query-options.ts'
import { SIMPLE_CALICO_ADMISSION } from './calico-simple.ts'

export interface Admission {
  operation: AdmitRequest['operation']
  via: AdmitRequest['via']
  object: KubeObject
  previous?: KubeObject
  options: Pick<WriteOptions, 'dryRun' | 'fieldValidation'>
}

/** Runs the resource's admission (the plugged-in one, else the simple built-in one) and collects its warnings. */
export function admit(request: ResourceRequest, { operation, via, object, previous, options }: Admission): KubeObject {
  const { context, type, subresource, user } = request
  const hook = context.hooks.admit?.[type.id] ?? SIMPLE_CALICO_ADMISSION(context)[type.id]
  if (!hook) return object
  const admitted = hook({
    operation,
    resource: type.id,
    ...(subresource === undefined ? {} : { subresource }),
    object: operation === 'delete' || !Object.isFrozen(object) ? object : cloneJson(object),
    ...(previous === undefined ? {} : { previous }),
    dryRun: options.dryRun,
    fieldValidation: options.fieldValidation,
    via,
    user,
  })
  request.warnings.push(...(admitted.warnings ?? []))
  return admitted.object
}
