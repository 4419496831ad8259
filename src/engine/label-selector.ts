/** Kubernetes label selectors as kubectl takes them: `app=cart,tier!=x,has,!not,a in (b,c),a notin (d)`. */
export function matchLabelSelector(selector: string, labels: Readonly<Record<string, string>> = {}): boolean {
  return compiled(selector).every((matches) => matches(labels))
}

type Term = (labels: Readonly<Record<string, string>>) => boolean

/** Selectors come from the track and from Services: few, and asked about every pod. */
const known = new Map<string, readonly Term[]>()
const mostKnown = 500

function compiled(selector: string): readonly Term[] {
  const found = known.get(selector)
  if (found) return found
  const terms = selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map(compileTerm)
  if (known.size >= mostKnown) known.clear()
  known.set(selector, terms)
  return terms
}

function compileTerm(term: string): Term {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((item) => item.trim()))
    return (labels) => {
      const value = labels[key]
      return (value !== undefined && values.has(value)) === (operator === 'in')
    }
  }
  const compared = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term)
  if (compared) {
    const [, key = '', operator, value] = compared
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  if (term.startsWith('!')) {
    const key = term.slice(1).trim()
    return (labels) => labels[key] === undefined
  }
  return (labels) => labels[term] !== undefined
}
