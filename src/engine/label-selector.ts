/** Kubernetes label selectors as kubectl takes them: `app=cart,tier!=x,has,!not,a in (b,c),a notin (d)`. */
export function matchLabelSelector(selector: string, labels: Readonly<Record<string, string>> = {}): boolean {
  return terms(selector).every((term) => matchTerm(term, labels))
}

function terms(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

function matchTerm(term: string, labels: Readonly<Record<string, string>>): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term)
  if (set) {
    const value = labels[set[1]!]
    const among = value !== undefined && set[3]!.split(',').some((item) => item.trim() === value)
    return set[2] === 'in' ? among : !among
  }
  const compared = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term)
  if (compared) return (labels[compared[1]!] === compared[3]) === (compared[2] !== '!=')
  if (term.startsWith('!')) return labels[term.slice(1).trim()] === undefined
  return labels[term] !== undefined
}
