/** `metav1.Time`: seconds, no fraction. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** `metav1.MicroTime`. */
export function microStamp(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000Z`
}
