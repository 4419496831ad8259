import type { KubeObject } from '../model.ts'
import { type Editions, type GoStruct, type GoType, goTypeOf } from './go-types.ts'
import type { ValidationIssue } from './issue.ts'

interface Findings {
  mismatch: { message: string; path: string } | null
  unknown: string[]
}

/**
 * What Go's JSON decoding says of the object: at most one type mismatch (`json: cannot unmarshal ...`), else every unknown
 * field. The messages are those the API server prints after `strict decoding error: `.
 */
export function decodeIssues(object: KubeObject, editions: Editions): ValidationIssue[] {
  const type = goTypeOf(object.kind, editions)
  if (!type) return []
  const findings: Findings = { mismatch: null, unknown: [] }
  visitStruct(object as Record<string, unknown>, type, '', '', findings)
  if (findings.mismatch) return [issue(findings.mismatch.message, findings.mismatch.path)]
  return findings.unknown.map((path) => issue(`unknown field ${JSON.stringify(path)}`, path))
}

function issue(message: string, path: string): ValidationIssue {
  return { stage: 'decode', reason: 'Decode', field: '', value: '', message, path }
}

function visitStruct(
  value: Record<string, unknown>,
  type: GoStruct,
  path: string,
  goPath: string,
  findings: Findings,
): void {
  for (const [key, inner] of Object.entries(value)) {
    const here = path ? `${path}.${key}` : key
    const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined
    if (!field) {
      findings.unknown.push(here)
      continue
    }
    visit(inner, field, here, goPath ? `${goPath}.${key}` : key, type.name, findings)
  }
}

/** `owner` is the innermost struct, which the error names together with the path without list positions. */
function visit(value: unknown, type: GoType, path: string, goPath: string, owner: string, findings: Findings): void {
  if (findings.mismatch || value === null || value === undefined) return
  const refuse = (goType: string, what = describe(value)) => {
    findings.mismatch ??= {
      message: `json: cannot unmarshal ${what} into Go struct field ${owner}.${goPath} of type ${goType}`,
      path,
    }
  }
  switch (type.type) {
    case 'any':
      return
    case 'string':
    case 'bool':
      if (typeof value !== (type.type === 'bool' ? 'boolean' : 'string')) refuse(type.type)
      return
    case 'float64':
      if (typeof value !== 'number') refuse('float64')
      return
    case 'int':
    case 'int64':
      if (typeof value !== 'number') refuse(type.type)
      else if (!Number.isInteger(value)) refuse(type.type, `number ${value}`)
      return
    case 'uint8':
    case 'protocol':
      if (typeof value === 'number' && (!Number.isInteger(value) || value < 0 || value > 255))
        refuse('uint8', `number ${value}`)
      else if (typeof value !== 'number' && typeof value !== 'string')
        refuse(type.type === 'protocol' ? 'numorstring.Protocol' : 'uint8')
      return
    case 'port':
      visitPort(value, path, refuse, findings)
      return
    case 'list':
      if (!Array.isArray(value)) refuse(type.name)
      else
        for (const [index, entry] of value.entries())
          visit(entry, type.of, `${path}[${index}]`, goPath, owner, findings)
      return
    case 'map':
      if (!isObject(value)) refuse(type.name)
      else
        for (const [key, entry] of Object.entries(value))
          visit(entry, type.of, `${path}.${key}`, goPath, owner, findings)
      return
    case 'struct':
      if (!isObject(value)) refuse(`v3.${type.name}`)
      else visitStruct(value, type, path, goPath, findings)
      return
  }
}

/** A port is a number, a numeric string, `first:last` or a name (numorstring.Port). */
function visitPort(
  value: unknown,
  path: string,
  refuse: (type: string, what?: string) => void,
  findings: Findings,
): void {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || value > 65535) refuse('uint16', `number ${value}`)
    return
  }
  if (typeof value !== 'string') {
    refuse('string')
    return
  }
  const range = /^(\d+):(\d+)$/.exec(value)
  const numbers = range ? [Number(range[1]), Number(range[2])] : /^\d+$/.test(value) ? [Number(value)] : []
  if (numbers.some((number) => number > 65535))
    findings.mismatch ??= { message: `invalid port format (${value})`, path }
  else if (range && numbers[0]! > numbers[1]!) {
    findings.mismatch ??= {
      message: `minimum port number (${numbers[0]}) is greater than maximum port number (${numbers[1]}) in port range`,
      path,
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}
