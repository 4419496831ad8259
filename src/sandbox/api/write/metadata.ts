import type { KubeObject } from '../../contracts.ts'
import { ApiError, badRequest, forbidden, invalid, notFound } from '../api-error.ts'
import type { ApiContext, ResourceRequest } from '../context.ts'
import { groupKindOf, type ResourceType } from '../registry/resource-type.ts'
import { bondProblems, metadataProblems } from '../validate/metadata-problems.ts'
import { objectProblems } from '../validate/validate.ts'

const SERVER_FIELDS = ['selfLink', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

/** What a client may not set on a new object is dropped; the namespace comes from the path. */
export function settleNewMetadata(type: ResourceType, object: KubeObject, namespace: string | undefined): void {
  const { metadata } = object
  if (metadata.resourceVersion) {
    throw new ApiError(500, undefined, 'resourceVersion should not be set on objects to be created')
  }
  for (const field of SERVER_FIELDS) delete metadata[field]
  delete metadata.resourceVersion
  delete metadata.uid
  delete metadata.creationTimestamp
  if (type.namespaced) {
    if (metadata.namespace && metadata.namespace !== namespace) throw namespaceMismatch()
    metadata.namespace = namespace!
  } else delete metadata.namespace
}

export function namespaceMismatch(): ApiError {
  return badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** Nothing can be created in a namespace that is missing or going away. */
export function requireNamespace(context: ApiContext, type: ResourceType, namespace: string, name: string): void {
  const found = context.store.get('namespaces', undefined, namespace)
  if (!found) throw notFound('namespaces', namespace)
  if (found.metadata.deletionTimestamp || found.status?.phase === 'Terminating') {
    throw forbidden(
      type.id,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    )
  }
}

/** 422 with everything that is wrong: name, labels and annotations (ValidateObjectMeta), then the rest of the object. */
export function validate(
  { type, subresource, context }: Pick<ResourceRequest, 'type' | 'subresource' | 'context'>,
  object: KubeObject,
  previous: KubeObject | undefined,
): void {
  const { metadata } = object
  // Calico's API server has its own rules for names and labels, and its own words.
  const isJudgedThere = type.aggregated && context.hooks.admit?.[type.id] && metadata.name
  const problems = (isJudgedThere ? bondProblems : metadataProblems)(type, metadata, previous?.metadata)
  if (isJudgedThere && problems.length === 0) return
  if (subresource === undefined) problems.push(...objectProblems(type.storedAs, object, previous))
  if (problems.length > 0) throw invalid(groupKindOf(type), metadata.name ?? '', problems)
}
