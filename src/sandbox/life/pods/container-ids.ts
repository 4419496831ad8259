import { createHash, randomBytes } from 'node:crypto'

/** `containerd://` and 64 hex digits. */
export function newContainerId(): string {
  return `containerd://${randomBytes(32).toString('hex')}`
}

/** The same image has the same digest everywhere. */
export function imageDigest(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`
}

/** Between 8 and 72 MB, the same for the same image. */
export function imageSize(image: string): number {
  return 8_000_000 + (createHash('sha256').update(image).digest().readUInt32BE() % 64_000_000)
}
