/**
 * Text of a content file to its checked value. Syntax first, then the version, then the schema; all issues are collected,
 * each with its position. Pure: nothing here touches the disk.
 */
import type { z } from 'zod'
import type { ContentIssue } from './issue.ts'
import { contentVersion } from './schema.ts'
import { parseYaml, readValue, type YamlSource } from './yaml-source.ts'

export type Parsed<Value> = { ok: true; value: Value; source: YamlSource } | { ok: false; issues: ContentIssue[] }

export function parseContent<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): Parsed<z.infer<Schema>> {
  const source = parseYaml(text, file)
  if (source.issues.length > 0) return { ok: false, issues: source.issues }
  if (source.documents.length !== 1) {
    const message =
      source.documents.length === 0 ? 'the file is empty' : 'one document is expected, without a second --- part'
    return { ok: false, issues: [{ location: source.locate([], Math.max(0, source.documents.length - 1)), message }] }
  }
  const read = readValue(source)
  if ('issue' in read) return { ok: false, issues: [read.issue] }
  const raw = read.value
  const version = versionIssue(raw, source)
  if (version) return { ok: false, issues: [version] }
  const result = schema.safeParse(raw)
  if (result.success) return { ok: true, value: result.data, source }
  return { ok: false, issues: result.error.issues.flatMap((issue) => toIssues(issue, [], source)) }
}

/** Before anything else: a file of another version would only give misleading complaints. */
function versionIssue(raw: unknown, source: YamlSource): ContentIssue | null {
  const isMap = typeof raw === 'object' && raw !== null && !Array.isArray(raw)
  if (!isMap)
    return {
      location: source.locate([]),
      message: 'a map of fields is expected',
      allowed: 'version: 1, title: ..., ...',
    }
  const found = (raw as Record<string, unknown>).version
  if (found === contentVersion) return null
  if (found === undefined)
    return { location: source.locate([]), message: 'the version is missing', allowed: `version: ${contentVersion}` }
  return {
    location: source.locate(['version']),
    message: `version ${JSON.stringify(found)} is not known to this program`,
    allowed: `version: ${contentVersion}`,
  }
}

function toIssues(issue: z.core.$ZodIssue, parent: readonly PropertyKey[], source: YamlSource): ContentIssue[] {
  const path = [...parent, ...issue.path]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        location: source.locateKey(path, key),
        message: `unknown field "${key}"`,
        allowed: issue.message.replace(/^allowed: /, ''),
      }))
    case 'invalid_union': {
      // The branch that came furthest says most; without one, all that would be right here.
      const branches = issue.errors.filter((branch) => branch.length > 0)
      const deep = branches.find((branch) => branch.some((inner) => inner.path.length > 0))
      if (deep) return deep.flatMap((inner) => toIssues(inner, path, source))
      return [
        {
          location: source.locate(path),
          message: `${fieldName(path)} has the wrong form`,
          allowed: branches.map((branch) => branch[0]!.message).join(', or '),
        },
      ]
    }
    case 'invalid_value':
      return [
        {
          location: source.locate(path),
          message: `${fieldName(path)} has a value that is not known`,
          allowed: issue.values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', '),
        },
      ]
    case 'invalid_type': {
      if (!present(source, path))
        return [
          {
            location: source.locate(path),
            message: `"${String(path.at(-1))}" is missing`,
            allowed: describeType(issue.expected),
          },
        ]
      return [
        {
          location: source.locate(path),
          message: `${fieldName(path)} has the wrong type`,
          allowed: issue.message.startsWith('needs')
            ? issue.message
            : describeType(issue.expected, source.documents[0]!.getIn(path)),
        },
      ]
    }
    case 'invalid_format':
      return [
        {
          location: source.locate(path),
          message: `${fieldName(path)} is not written correctly`,
          allowed: issue.message,
        },
      ]
    default:
      return [
        {
          location: source.locate(path),
          message: path.length > 0 && issue.code !== 'custom' ? `${fieldName(path)}: ${issue.message}` : issue.message,
        },
      ]
  }
}

function present(source: YamlSource, path: readonly PropertyKey[]): boolean {
  return path.length === 0 || source.documents[0]!.hasIn(path)
}

function fieldName(path: readonly PropertyKey[]): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  return typeof last === 'number' ? `entry ${last + 1} of ${String(path.at(-2) ?? 'the list')}` : `"${String(last)}"`
}

function describeType(expected: string, found?: unknown): string {
  if (expected === 'string' && (typeof found === 'boolean' || typeof found === 'number')) {
    return `text; a value like this one in quotes: "${found}"`
  }
  const words: Record<string, string> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list (- ...)',
    object: 'a map of fields',
    record: 'a map of fields',
  }
  return words[expected] ?? expected
}
