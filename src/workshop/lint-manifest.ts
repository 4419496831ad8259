import type { ContentIssue } from './issue.ts'
import type { Manifest, ManifestObject } from './manifest.ts'

/** Sentences about what the API would reject in this object; the path leads to the field. */
export type ValidateObject = (
  object: ManifestObject,
) => readonly { path?: readonly (string | number)[]; message: string }[]

/** Syntax, what the API would reject, and the label of the track the manifest belongs to. */
export function manifestIssues(
  manifest: Manifest,
  label: string | undefined,
  validate: ValidateObject,
): ContentIssue[] {
  const issues = [...manifest.issues]
  const seen = new Set<string>()
  const [key, value] = label?.split('=') ?? []
  for (const { object, at, locate } of manifest.objects) {
    const name = `${object.kind} ${object.metadata.name}`
    const identity = `${object.apiVersion} ${object.metadata.namespace ?? ''} ${name}`
    if (seen.has(identity)) issues.push({ location: at, message: `${name} stands twice in this manifest` })
    seen.add(identity)
    if (key !== undefined && object.metadata.labels?.[key] !== value) {
      issues.push({
        location: locate(['metadata', 'labels']),
        message: `${name} does not carry the track's label`,
        allowed: `${key}: ${value}`,
      })
    }
    for (const { path, message } of validate(object)) issues.push({ location: path ? locate(path) : at, message })
  }
  return issues
}
