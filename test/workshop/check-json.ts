/** As much of JSON Schema draft 7 as ours use; throws at a word it does not know, so that nothing passes unchecked. */

type Schema = Record<string, any>

const silent = new Set(['$schema', 'title', 'description', 'default'])

/** Where and what is wrong; empty when the value fits. */
export function checkJson(schema: Schema, value: unknown, at = ''): string[] {
  return Object.entries(schema).flatMap(([word, rule]) =>
    silent.has(word) ? [] : checkWord(word, rule, schema, value, at),
  )
}

function checkWord(word: string, rule: any, schema: Schema, value: any, at: string): string[] {
  const unless = (ok: boolean, text: string) => (ok ? [] : [`${at || '.'}: ${text}`])
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const fits = (one: Schema) => checkJson(one, value, at).length === 0
  switch (word) {
    case 'type':
      return unless(
        [rule].flat().some((type) => typeOf(value) === type || (type === 'number' && typeOf(value) === 'integer')),
        `is no ${rule}`,
      )
    case 'const':
      return unless(value === rule, `is not ${rule}`)
    case 'enum':
      return unless(rule.includes(value), `is none of ${rule}`)
    case 'pattern':
      return unless(typeof value !== 'string' || new RegExp(rule).test(value), `does not match ${rule}`)
    case 'minLength':
      return unless(typeof value !== 'string' || value.length >= rule, 'too short')
    case 'maxLength':
      return unless(typeof value !== 'string' || value.length <= rule, 'too long')
    case 'minimum':
      return unless(typeof value !== 'number' || value >= rule, 'too small')
    case 'maximum':
      return unless(typeof value !== 'number' || value <= rule, 'too big')
    case 'minItems':
      return unless(!Array.isArray(value) || value.length >= rule, 'too few')
    case 'maxItems':
      return unless(!Array.isArray(value) || value.length <= rule, 'too many')
    case 'required':
      return isMap ? rule.flatMap((name: string) => unless(name in value, `${name} is missing`)) : []
    case 'properties':
      return isMap
        ? Object.keys(value).flatMap((key) => (rule[key] ? checkJson(rule[key], value[key], `${at}.${key}`) : []))
        : []
    case 'propertyNames':
      return isMap ? Object.keys(value).flatMap((key) => checkJson(rule, key, `${at}.${key}`)) : []
    case 'additionalProperties': {
      const extra = isMap ? Object.keys(value).filter((key) => !(key in (schema.properties ?? {}))) : []
      return extra.flatMap((key) =>
        rule === false ? [`${at}.${key}: unknown field`] : checkJson(rule, value[key], `${at}.${key}`),
      )
    }
    case 'items':
      if (!Array.isArray(value)) return []
      return value.flatMap((item, index) => {
        const own = Array.isArray(rule) ? (rule[index] ?? schema.additionalItems) : rule
        return own ? checkJson(own, item, `${at}.${index}`) : []
      })
    case 'additionalItems':
      return []
    case 'dependencies':
      return isMap
        ? Object.entries(rule).flatMap(([key, needs]) =>
            key in value ? (needs as string[]).flatMap((name) => unless(name in value, `${key} needs ${name}`)) : [],
          )
        : []
    case 'anyOf':
      return unless(rule.some(fits), 'fits nothing of anyOf')
    case 'oneOf':
      return unless(rule.filter(fits).length === 1, `fits ${rule.filter(fits).length} of oneOf`)
    case 'not':
      return unless(!fits(rule), 'fits what it must not')
    default:
      throw new Error(`JSON Schema word ${word} is not known here`)
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
