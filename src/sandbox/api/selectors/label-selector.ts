import { badRequest } from '../api-error.ts'

export type LabelMatch = (labels: Readonly<Record<string, string>> | undefined) => boolean

interface Token {
  text: string
  kind: 'word' | 'operator' | 'end'
}

/**
 * The query form of label selectors: `app=a,tier in (x,y),!z,n>3`. Grammar of k8s.io/apimachinery/pkg/labels. An empty
 * text selects everything.
 */
export function parseLabelSelector(text: string | null | undefined): LabelMatch {
  if (!text?.trim()) return () => true
  const requirements = new Parser(tokenize(text)).parse()
  return (labels) => requirements.every((matches) => matches(labels ?? {}))
}

/** The object form, as in `spec.selector` of a Deployment. */
export function fromLabelSelectorObject(
  selector:
    | {
        matchLabels?: Record<string, string>
        matchExpressions?: { key: string; operator: string; values?: string[] }[]
      }
    | null
    | undefined,
): LabelMatch {
  const exact = Object.entries(selector?.matchLabels ?? {})
  const expressions = selector?.matchExpressions ?? []
  return (labels) => {
    const own = labels ?? {}
    if (!exact.every(([key, value]) => Object.hasOwn(own, key) && own[key] === value)) return false
    return expressions.every(({ key, operator, values = [] }) => {
      const has = Object.hasOwn(own, key)
      if (operator === 'In') return has && values.includes(own[key]!)
      if (operator === 'NotIn') return !has || !values.includes(own[key]!)
      if (operator === 'Exists') return has
      return operator === 'DoesNotExist' && !has
    })
  }
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)/y
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) {
      if (text.slice(at).trim() === '') break
      throw badRequest(`unable to parse requirement: found '${text.slice(at).trim()}'`)
    }
    const word = match[1]!
    tokens.push({ text: word, kind: /^[=!<>(),]/.test(word) ? 'operator' : 'word' })
  }
  tokens.push({ text: '', kind: 'end' })
  return tokens
}

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  parse(): Requirement[] {
    const requirements = [this.#requirement()]
    for (;;) {
      const token = this.#next()
      if (token.kind === 'end') return requirements
      if (token.text !== ',') throw unparsable(`found '${token.text}', expected: ',' or 'end of string'`)
      requirements.push(this.#requirement())
    }
  }

  #requirement(): Requirement {
    if (this.#peek().text === '!') {
      this.#next()
      const key = this.#word('identifier')
      return (labels) => !Object.hasOwn(labels, key)
    }
    const key = this.#word("!, identifier, or 'end of string'")
    checkKey(key)
    const token = this.#peek()
    if (token.kind === 'end' || token.text === ',') return (labels) => Object.hasOwn(labels, key)
    this.#next()
    switch (token.text) {
      case '=':
      case '==': {
        const value = this.#value()
        return (labels) => Object.hasOwn(labels, key) && labels[key] === value
      }
      case '!=': {
        const value = this.#value()
        return (labels) => !Object.hasOwn(labels, key) || labels[key] !== value
      }
      case 'in': {
        const values = this.#values()
        return (labels) => Object.hasOwn(labels, key) && values.has(labels[key]!)
      }
      case 'notin': {
        const values = this.#values()
        return (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key]!)
      }
      case '<':
      case '>': {
        const bound = Number(this.#value())
        const greater = token.text === '>'
        return (labels) => {
          if (!Object.hasOwn(labels, key) || !/^-?\d+$/.test(labels[key]!)) return false
          return greater ? Number(labels[key]) > bound : Number(labels[key]) < bound
        }
      }
      default:
        throw unparsable(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`)
    }
  }

  #values(): Set<string> {
    if (this.#next().text !== '(') throw unparsable(`found '${this.#tokens[this.#at - 1]!.text}' expected: '('`)
    const values = new Set<string>()
    for (;;) {
      const token = this.#peek()
      if (token.kind === 'word') {
        this.#next()
        checkValue(token.text)
        values.add(token.text)
      } else if (token.text === ',' || token.text === ')') values.add('')
      const after = this.#next()
      if (after.text === ')') return values
      if (after.text !== ',') throw unparsable(`found '${after.text}', expected: ',' or ')'`)
    }
  }

  #value(): string {
    const token = this.#peek()
    if (token.kind === 'end' || token.text === ',') return ''
    const value = this.#word('identifier')
    checkValue(value)
    return value
  }

  #word(expected: string): string {
    const token = this.#next()
    if (token.kind !== 'word') throw unparsable(`found '${token.text}', expected: ${expected}`)
    return token.text
  }

  #peek(): Token {
    return this.#tokens[this.#at]!
  }

  #next(): Token {
    const token = this.#tokens[this.#at]!
    if (token.kind !== 'end') this.#at++
    return token
  }
}

function unparsable(why: string) {
  return badRequest(`unable to parse requirement: ${why}`)
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

function checkKey(key: string): void {
  const name = key.slice(key.lastIndexOf('/') + 1)
  if (NAME.test(name) && name.length <= 63) return
  throw unparsable(
    `<nil>: Invalid value: "${key}": name part ${NAME_RULE} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  )
}

function checkValue(value: string): void {
  if (value === '' || (NAME.test(value) && value.length <= 63)) return
  throw unparsable(
    `values[0][app]: Invalid value: "${value}": a valid label must be an empty string or ${NAME_RULE.replace('must consist of', 'consist of').replace('and must', 'and must')}`,
  )
}
