/** `app=x,tier=web`, or `<none>`: labels.FormatLabels. */
export function formatSelector(labels: Record<string, string> | undefined | null): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',')
}

interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

/** metav1.FormatLabelSelector: expressions in query form, `<none>` for one that selects everything. */
export function selectorText(selector: LabelSelector | undefined | null): string {
  if (!selector) return '<none>'
  const terms: [key: string, text: string][] = [
    ...Object.entries(selector.matchLabels ?? selectorAsMap(selector)).map(([key, value]): [string, string] => [
      key,
      `${key}=${value}`,
    ]),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values = [] }): [string, string] => {
      if (operator === 'Exists') return [key, key]
      if (operator === 'DoesNotExist') return [key, `!${key}`]
      return [key, `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`]
    }),
  ]
  if (terms.length === 0) return '<none>'
  return terms
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join(',')
}

/** ReplicationControllers select by a plain map. */
function selectorAsMap(selector: object): Record<string, string> {
  const isPlain = Object.values(selector).every((value) => typeof value === 'string')
  return isPlain ? (selector as Record<string, string>) : {}
}
