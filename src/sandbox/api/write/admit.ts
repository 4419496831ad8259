import type { KubeObject } from '../../contracts.ts'
import type { AdmitRequest } from '../../server/handler.types.ts'
import { cloneJson } from '../../store/json-value.ts'
import type { ResourceRequest } from '../context.ts'
import { asPatchError } from '../patch/invalid-patch.ts'
import type { WriteOptions } from '../query-options.ts'
import { simpleCalicoAdmission } from './calico-simple.ts'

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
  const hook = context.hooks.admit?.[type.id] ?? simpleCalicoAdmission(context.store)[type.id]
  // Calico's API server checks a delete only when it is carried out.
  if (!hook || (operation === 'delete' && options.dryRun && type.aggregated)) return object
  const call = () =>
    hook({
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
  const admitted = via === 'patch' ? asPatchError(call, object) : call()
  request.warnings.push(...(admitted.warnings ?? []))
  return admitted.object
}
