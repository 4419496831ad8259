import type { KubeObject } from '../../contracts.ts'
import type { ResourceRequest } from '../context.ts'
import type { WriteOptions } from '../query-options.ts'

/** Records which manager set which fields. */
export function trackUpdate(
  _request: ResourceRequest,
  _object: KubeObject,
  _previous: KubeObject | undefined,
  _options: WriteOptions,
  _via: 'post' | 'put' | 'patch' | 'apply',
): void {}
