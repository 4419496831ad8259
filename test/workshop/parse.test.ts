import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentInvalid } from '../../src/errors/catalog/content.ts'
import { parseContent } from '../../src/workshop/parse.ts'
import { stepSchema } from '../../src/workshop/schema.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'steps', 'invalid')

/** File, where the first mistake must be shown, what must be said, what must be offered. */
const mistakes: [file: string, line: number, column: number, message: RegExp, allowed?: RegExp][] = [
  ['version-missing', 1, 1, /version is missing/, /version: 1/],
  ['version-unknown', 1, 10, /version 7 is not known/, /version: 1/],
  ['unknown-field', 3, 1, /unknown field "gaol"/, /title, goal, concept/],
  ['missing-goal', 1, 1, /"goal" is missing/, /text/],
  ['action-without-kind', 6, 5, /does not say what it is: it needs one of apply, delete, label/],
  ['action-with-two-kinds', 6, 5, /this one has apply and delete/],
  ['unknown-action-field', 7, 5, /unknown field "aply"/, /explain, when, onlyIfMissing, apply, delete/],
  ['nested-unknown-field', 7, 77, /unknown field "overwrit"/, /overwrite/],
  ['label-value-not-text', 7, 68, /"pci" has the wrong type/, /in quotes: "true"/],
  ['unknown-feature', 7, 21, /"feature" has a value that is not known/, /calicoApi, tiers, staged, domains/],
  ['tabs', 6, 1, /YAML: /],
  ['unclosed-quote', 13, 1, /YAML: /],
  ['repeated-key', 3, 1, /YAML: Map keys must be unique/],
  ['one-hint', 11, 8, /"hints"/],
  ['no-proof', 1, 1, /at least one proof/],
  ['stages-and-actions', 14, 3, /either stages, or actions and proofs/],
  ['not-a-map', 1, 1, /a map of fields is expected/],
  ['empty', 1, 1, /empty/],
  ['two-documents', 14, 1, /one document is expected/],
  ['manifest-outside', 7, 12, /"apply" is not written correctly/, /under manifests\//],
  ['writing-show', 7, 12, /show is for reading; "delete"/],
  ['number-as-text', 7, 73, /"timeoutSeconds" has the wrong type/, /number/],
  ['two-right-answers', 7, 38, /exactly one option must be correct/],
  ['two-mistakes', 3, 1, /unknown field "gaol"/],
]

function issuesOf(name: string) {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')
  const parsed = parseContent(text, `${name}.yaml`, stepSchema)
  return parsed.ok ? [] : parsed.issues
}

describe('mistakes in step files', () => {
  it.each(mistakes)('%s is shown at line %i, column %i', (name, line, column, message, allowed) => {
    const issues = issuesOf(name)
    const issue = issues.find((each) => message.test(each.message))
    expect(issue, JSON.stringify(issues)).toBeDefined()
    expect([issue!.location.line, issue!.location.column], JSON.stringify(issues)).toEqual([line, column])
    if (allowed) expect(issue!.allowed).toMatch(allowed)
  })

  it('has a case for every file of the folder', () => {
    expect(
      readdirSync(folder)
        .map((file) => file.replace('.yaml', ''))
        .sort(),
    ).toEqual(mistakes.map(([name]) => name).sort())
  })

  it('collects all mistakes of a file', () => {
    const lines = issuesOf('two-mistakes').map((issue) => issue.location.line)
    expect(lines).toEqual(expect.arrayContaining([3, 10]))
  })

  it('looks at the version before anything else', () => {
    expect(issuesOf('version-unknown')).toHaveLength(1)
  })

  it('throws one STEP_INVALID with file, line, column, the line and what is allowed', () => {
    const error = contentInvalid(issuesOf('unknown-field'))
    expect(error.code).toBe('STEP_INVALID')
    expect(error.exitCode).toBe(4)
    expect(error.message).toContain('unknown-field.yaml:3:1: unknown field "gaol"')
    expect(error.message).toContain('3 | gaol: Something is different afterwards.')
    expect(error.message).toMatch(/allowed here: .*goal/)
  })
})
