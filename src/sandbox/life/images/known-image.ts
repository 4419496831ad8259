import type { ImageFacts } from '../../netexec/image-bases.ts'
import { findImage } from '../../netexec/images.ts'

const known = new Map<string, ImageFacts>()

/** Facts of an image, looked up once: every status of every pod asks. */
export function knownImage(image: string): ImageFacts {
  let facts = known.get(image)
  if (!facts) {
    // Names come from users: the memory must stay bounded.
    if (known.size > 500) known.clear()
    facts = findImage(image)
    known.set(image, facts)
  }
  return facts
}
