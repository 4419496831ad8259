import type { SelectorNode } from './ast.ts'
import { printSelector } from './print.ts'
import { sha224 } from './sha224.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Calico's id of a selector: `s:` and unpadded base64url of SHA-224 of `s:` and the canonical text. */
export function selectorUniqueId(node: SelectorNode): string {
  return `s:${base64url(sha224(new TextEncoder().encode(`s:${printSelector(node)}`)))}`
}

function base64url(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index
    const word = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    const digits = left >= 3 ? 4 : left + 1
    for (let digit = 0; digit < digits; digit++) text += alphabet[(word >> (18 - 6 * digit)) & 63]
  }
  return text
}
