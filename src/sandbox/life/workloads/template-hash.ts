/** No vowels: a hash never spells a word. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The `pod-template-hash`: FNV-1a over the template, written in the safe alphabet. Real controllers hash another
 * serialisation, so the letters differ; what counts is that equal templates have equal hashes.
 */
export function templateHash(template: object, collisionCount = 0): string {
  // Stored templates are frozen and shared: most are asked for again and again.
  const known = collisionCount === 0 ? KNOWN.get(template) : undefined
  if (known !== undefined) return known
  const hash = computeHash(template, collisionCount)
  if (collisionCount === 0 && Object.isFrozen(template)) KNOWN.set(template, hash)
  return hash
}

const KNOWN = new WeakMap<object, string>()

function computeHash(template: object, collisionCount: number): string {
  let hash = 0x811c9dc5
  const text = stable(template) + (collisionCount > 0 ? String(collisionCount) : '')
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return [...String(hash)].map((digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join('')
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const record = value as Record<string, unknown>
    const parts = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${stable(record[key])}`)
    return `{${parts.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}
