import { randomInt } from 'node:crypto'

/** No vowels and no look-alikes, as k8s.io/apimachinery/pkg/util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const LONGEST_PREFIX = 58

/** Five random characters in the alphabet of generated pod names. */
export function randomSuffix(length = 5): string {
  let suffix = ''
  for (let i = 0; i < length; i++) suffix += ALPHABET[randomInt(ALPHABET.length)]
  return suffix
}

export function generateName(prefix: string): string {
  return `${prefix.slice(0, LONGEST_PREFIX)}${randomSuffix()}`
}
