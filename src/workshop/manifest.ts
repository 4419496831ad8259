/** Manifests are applied as they are; here they are only read, to know which objects they hold and where. Pure. */
import type { Location } from '../errors/workshop-error.ts'
import type { ContentIssue } from './issue.ts'
import { parseYaml, readValue } from './yaml-source.ts'

export interface ManifestObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [key: string]: unknown
  }
  spec?: Record<string, any>
  [key: string]: any
}

export interface Manifest {
  file: string
  /** `locate`: where a field of the object stands. */
  objects: { object: ManifestObject; at: Location; locate(path: readonly (string | number)[]): Location }[]
  issues: ContentIssue[]
}

export function parseManifest(text: string, file: string): Manifest {
  const source = parseYaml(text, file)
  if (source.issues.length > 0) return { file, objects: [], issues: source.issues }
  const objects: Manifest['objects'] = []
  const issues: ContentIssue[] = []
  source.documents.forEach((_document, index) => {
    const read = readValue(source, index)
    if ('issue' in read) {
      issues.push(read.issue)
      return
    }
    const { value } = read
    if (value === null) return // a part with comments only
    const object = value as ManifestObject
    const missing = ['apiVersion', 'kind'].filter(
      (key) => typeof (object as Record<string, unknown>)?.[key] !== 'string',
    )
    if (missing.length > 0) {
      issues.push({
        location: source.locate([], index),
        message: `a Kubernetes object needs ${missing.join(' and ')}`,
        allowed: 'apiVersion, kind, metadata, spec',
      })
    } else if (object.kind === 'List' && Array.isArray(object.items)) {
      for (const [item, entry] of (object.items as (ManifestObject | null)[]).entries()) {
        const at = source.locate(['items', item], index)
        if (
          typeof entry?.apiVersion !== 'string' ||
          typeof entry.kind !== 'string' ||
          typeof entry.metadata?.name !== 'string'
        )
          issues.push({
            location: at,
            message: 'an item of a List is a Kubernetes object with apiVersion, kind and metadata.name',
          })
        else objects.push({ object: entry, at, locate: (path) => source.locate(['items', item, ...path], index) })
      }
    } else if (typeof object.metadata?.name !== 'string') {
      issues.push({
        location: source.locate(['metadata', 'name'], index),
        message: `${object.kind} without metadata.name`,
      })
    } else {
      objects.push({ object, at: source.locate([], index), locate: (path) => source.locate(path, index) })
    }
  })
  if (objects.length === 0 && issues.length === 0)
    issues.push({ location: source.locate([]), message: 'the manifest holds no object' })
  return { file, objects, issues }
}
