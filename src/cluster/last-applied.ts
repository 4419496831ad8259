/** The annotation kubectl's client-side apply lives on, byte for byte as kubectl writes it. */
import type { KubeObject } from './port.ts'

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * JSON as Go's encoder writes it: keys sorted, `<`, `>`, `&` and the line separators escaped, a newline at the end.
 * `annotations: {}` is always there, the annotation itself is not.
 */
export function lastAppliedConfiguration(object: KubeObject): string {
  const { [lastAppliedAnnotation]: _own, ...annotations } = object.metadata.annotations ?? {}
  return `${goJson({ ...object, metadata: { ...object.metadata, annotations } })}\n`
}

export function withLastApplied(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, [lastAppliedAnnotation]: lastAppliedConfiguration(object) }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

export function readLastApplied(live: KubeObject): KubeObject | null {
  const text = live.metadata.annotations?.[lastAppliedAnnotation]
  if (!text) return null
  try {
    return JSON.parse(text)
  } catch {
    // Spoilt by hand: as if it had never been applied, so nothing is deleted because of it.
    return null
  }
}

function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${goString(key)}:${goJson(item)}`).join(',')}}`
  }
  return typeof value === 'string' ? goString(value) : JSON.stringify(value)
}

function goString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
