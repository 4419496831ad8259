import type { KubeObject } from '../../contracts.ts'
import type { ResourceType } from '../registry/resource-type.ts'

function hasStatusSubresource(type: ResourceType): boolean {
  return type.subresources.some((subresource) => subresource.name === 'status')
}

/**
 * Which part of the object an endpoint may change: the main one everything but status, `status` only status (and
 * metadata that controllers keep there), `ephemeralcontainers` and `resize` only their lists.
 */
export function mergeSubresource(
  type: ResourceType,
  subresource: string | undefined,
  object: KubeObject,
  previous: KubeObject,
): KubeObject {
  if (subresource === undefined) {
    if (!hasStatusSubresource(type)) return object
    const { status: _status, ...rest } = object
    const merged = previous.status === undefined ? rest : { ...rest, status: previous.status }
    // Ephemeral containers have their own endpoint.
    if (type.id === 'pods' && previous.spec?.ephemeralContainers && merged.spec) {
      merged.spec = { ...merged.spec, ephemeralContainers: previous.spec.ephemeralContainers }
    }
    return merged as KubeObject
  }
  if (subresource === 'status' || subresource === 'approval') {
    const { labels, annotations, managedFields } = object.metadata
    const metadata: KubeObject['metadata'] = { ...previous.metadata }
    if (type.id === 'pods' || type.id === 'nodes' || type.id === 'namespaces') {
      if (labels) metadata.labels = labels
      if (annotations) metadata.annotations = annotations
    }
    if (managedFields) metadata.managedFields = managedFields
    return { ...previous, metadata, ...(object.status === undefined ? {} : { status: object.status }) }
  }
  if (subresource === 'ephemeralcontainers') {
    const ephemeralContainers = object.spec?.ephemeralContainers
    return {
      ...previous,
      metadata: {
        ...previous.metadata,
        ...(object.metadata.managedFields ? { managedFields: object.metadata.managedFields } : {}),
      },
      spec: { ...previous.spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) },
    }
  }
  if (subresource === 'finalize') {
    return { ...previous, metadata: { ...previous.metadata }, spec: { ...previous.spec, ...object.spec } }
  }
  return { ...previous, metadata: { ...previous.metadata }, spec: object.spec }
}
