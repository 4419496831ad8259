import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type SchemaName, schemaNames, toJsonSchema } from '../../src/workshop/json-schema.ts'
import { packagedContentDir } from '../../src/workshop/load.ts'
import { runCli } from '../helpers/run-cli.ts'
import { checkJson } from './check-json.ts'

const steps = join(packagedContentDir(), 'steps')
const invalid = join(import.meta.dirname, '../fixtures/steps/invalid')
const read = (file: string) => parse(readFileSync(file, 'utf8'))
const files = readdirSync(steps, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
const schemaOf = (file: string): SchemaName =>
  file.endsWith('track.yaml') ? 'track' : file.includes('expect') ? 'expect' : 'step'

describe('JSON Schema of the step language', () => {
  it('accepts every content file of ours', () => {
    expect(files.length).toBeGreaterThan(25)
    for (const file of files) {
      const schema = toJsonSchema(schemaOf(file))
      expect(schema.$schema).toContain('draft-07')
      expect([file, checkJson(schema, read(join(steps, file)))]).toEqual([file, []])
    }
  })

  it.each([
    ['unknown-field', '.gaol: unknown field'],
    ['missing-goal', '.: goal is missing'],
    ['action-without-kind', '.actions.0: fits 0 of oneOf'],
    ['action-with-two-kinds', '.actions.0: fits 2 of oneOf'],
    ['unknown-action-field', '.actions.0.aply: unknown field'],
    ['label-value-not-text', '.actions.0.label.labels.pci: fits nothing of anyOf'],
    ['unknown-feature', '.actions.0.when.feature: is none of calicoApi,tiers,staged,domains'],
    ['one-hint', '.hints: too few'],
    ['no-proof', '.: fits 0 of oneOf'],
    ['stages-and-actions', '.: fits 0 of oneOf'],
    ['manifest-outside', '.actions.0.apply: does not match'],
    ['writing-show', '.actions.0.show.0: is none of get,describe'],
    ['number-as-text', '.actions.0.wait.timeoutSeconds: is no integer'],
  ])('refuses %s', (name, message) => {
    expect(checkJson(toJsonSchema('step'), read(join(invalid, `${name}.yaml`))).join('\n')).toContain(message)
  })

  it.each(schemaNames)('says what every field of a %s is for', (name) => {
    const { properties } = toJsonSchema(name) as any
    const nested = ['actions', 'proofs', 'stages'].flatMap((list) => properties[list]?.items.properties ?? [])
    for (const fields of [properties, ...nested]) {
      for (const [field, { description }] of Object.entries<any>(fields)) {
        if (!['when', 'title', 'actions', 'proofs', 'write'].includes(field))
          expect(description, field).toBeTypeOf('string')
      }
    }
  })

  it.each(schemaNames)('is printed for a %s, of a step unless named', async (name) => {
    const { stdout, exitCode } = await runCli(['schema', name])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual(toJsonSchema(name))
    if (name === 'step') expect((await runCli(['schema'])).stdout).toBe(stdout)
  })

  it('is refused for anything else', async () => {
    const { stderr, exitCode } = await runCli(['schema', 'policy'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('step, track, expect')
  })
})
