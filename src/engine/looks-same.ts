/**
 * Whether a change of an object is one anybody here looks at. Clusters report many that are not: who last wrote which field,
 * notes of controllers, versions.
 */
import type { KubeObject } from '../cluster/port.ts'

/** Ours, and those Calico reads (`cni.projectcalico.org/podIP`). */
const readAnnotations = /^(hipster-workshop\/|([\w.-]+\.)?projectcalico\.org\/)/

export function looksSame(before: KubeObject, after: KubeObject): boolean {
  if (before === after) return true
  const { metadata: old, ...oldRest } = before
  const { metadata: now, ...rest } = after
  const version = old.resourceVersion
  if (version !== undefined && version === now.resourceVersion && old.uid === now.uid) return true
  return (
    old.uid === now.uid &&
    old.name === now.name &&
    old.namespace === now.namespace &&
    old.deletionTimestamp === now.deletionTimestamp &&
    sameValue(old.labels, now.labels) &&
    sameValue(old.ownerReferences, now.ownerReferences) &&
    sameValue(annotationsRead(old.annotations), annotationsRead(now.annotations)) &&
    sameValue(oldRest, rest)
  )
}

function annotationsRead(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => readAnnotations.test(name)))
}

/** JSON values. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameValue(item, b[index]))
    )
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}
