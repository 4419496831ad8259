/** The author's guide: every field is in it, and its examples are accepted. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { schemaNames, toJsonSchema } from '../../src/workshop/json-schema.ts'
import { stepSchema } from '../../src/workshop/schema.ts'
import { actionKinds, actionSchema } from '../../src/workshop/schema-actions.ts'
import { proofKinds, proofSchema } from '../../src/workshop/schema-proofs.ts'
import { expectSchema, trackSchema } from '../../src/workshop/schema-track.ts'
import { root } from './offline-lab.ts'

const guide = readFileSync(join(root, 'steps/README.md'), 'utf8')
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!)
const block = (start: string) => blocks.find((text) => text.startsWith(start) || text.includes(start))!

describe('steps/README.md', () => {
  it('names every field of a step, every action kind and every proof kind', () => {
    const fields = Object.keys((stepSchema as unknown as { shape: object }).shape)
    for (const name of [...fields, ...actionKinds, ...proofKinds]) expect(guide, name).toContain(`\`${name}\``)
  })

  it('shows every field there is, however deep', () => {
    const fieldsOf = (schema: any): string[] => [
      ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]),
      ...[schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])]
        .flat()
        .flatMap((inner) => (inner ? fieldsOf(inner) : [])),
    ]
    const fields = new Set(schemaNames.flatMap((name) => fieldsOf(toJsonSchema(name))))
    expect(fields.size).toBeGreaterThan(60)
    const missing = [...fields].filter((name) => !new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`, 'm').test(guide))
    expect(missing).toEqual([])
  })

  it('has a smallest step, a track and a set that are valid', () => {
    expect(stepSchema.safeParse(parse(block('title: A wall'))).error).toBeUndefined()
    expect(trackSchema.safeParse(parse(block('title: Mini'))).error).toBeUndefined()
    expect(expectSchema.safeParse(parse(block('Least privilege per service'))).error).toBeUndefined()
  })

  it('shows actions and proofs that are valid', () => {
    const rows = [...guide.matchAll(/^\| `([a-z-]+)` \| `([a-z-]+: .*?)` \|/gm)]
    expect(rows.length).toBeGreaterThanOrEqual(12)
    for (const [, kind, example] of rows) {
      const schema = (actionKinds as string[]).includes(kind!) ? actionSchema : proofSchema
      expect(schema.safeParse({ title: 'x', ...parse(example!) }).error, example).toBeUndefined()
    }
    for (const action of parse(block('question: Which port')))
      expect(actionSchema.safeParse(action).error).toBeUndefined()
    for (const start of ['- title: The cart is open', '- title: The shop works']) {
      for (const proof of parse(block(start))) expect(proofSchema.safeParse(proof).error, proof.title).toBeUndefined()
    }
  })
})
