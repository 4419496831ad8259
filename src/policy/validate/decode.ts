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
    case 'uint16':
    case 'protocol': {
      // A protocol may also be a name; anything else is decoded as its number.
      if (type.type === 'protocol' && typeof value === 'string') return
      const most = type.type === 'uint16' ? 65535 : 255
      const goType = type.type === 'uint16' ? 'uint16' : 'uint8'
      if (typeof value !== 'number') refuse(goType)
      else if (!Number.isInteger(value) || value < 0 || value > most) refuse(goType, `number ${value}`)
      return
    }
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

/** A port is a number, a numeric string, `first:last` or a name (numorstring.PortFromString). */
function visitPort(
  value: unknown,
  path: string,
  refuse: (type: string, what?: string) => void,
  findings: Findings,
): void {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || value > 65535) refuse('uint16', `number ${value}`)
  } else if (typeof value === 'string') {
    const message = portTextProblem(value)
    if (message) findings.mismatch ??= { message, path }
  } else refuse('uint16')
}

/** What is wrong with a port written as text; null when it can be read. */
export function portTextProblem(text: string): string | null {
  const isTooBig = (digits: string | undefined) => Number(digits) > 65535
  if (/^\d+$/.test(text)) return isTooBig(text) ? `invalid port format (${text})` : null
  const [, first, last] = /^(\d+):(\d+)$/.exec(text) ?? []
  if (first === undefined) return /^[a-zA-Z0-9_.-]{1,128}$/.test(text) ? null : `invalid name for named port (${text})`
  if (isTooBig(first)) return `invalid minimum port number in range (${text})`
  if (isTooBig(last)) return `invalid maximum port number in range (${text})`
  if (Number(first) <= Number(last)) return null
  return `minimum port number (${Number(first)}) is greater than maximum port number (${Number(last)}) in port range`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}
