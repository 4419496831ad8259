/** Columns keep their natural width while there is room; the widest give way first. */
export function shareWidths(natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  while (widths.reduce((sum, size) => sum + size, 0) > available) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= 3) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
