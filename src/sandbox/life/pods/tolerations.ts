/** Whether one of the tolerations covers the taint. An empty key with Exists covers everything. */
export function tolerationFits(
  tolerations: readonly any[],
  taint: { key: string; value?: string; effect: string },
): boolean {
  return tolerations.some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false
    if (toleration.key && toleration.key !== taint.key) return false
    if (toleration.operator === 'Exists') return true
    return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '')
  })
}
