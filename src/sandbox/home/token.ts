import { randomBytes } from 'node:crypto'
import type { Layout } from './layout.ts'
import { readIfThere, writeFileAtomic } from './write-file.ts'

/** The administrator's bearer token: made once per sandbox, readable by its owner only. */
export function loadToken(layout: Layout | null): string {
  const kept = layout && readIfThere(layout.token)?.trim()
  if (kept && /^[\w-]{40,}$/.test(kept)) return kept
  const token = randomBytes(32).toString('base64url')
  if (layout) writeFileAtomic(layout.token, `${token}\n`)
  return token
}
