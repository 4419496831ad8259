import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { toJsonSchema } from '../../src/workshop/json-schema.ts'
import { packagedContentDir } from '../../src/workshop/load.ts'

describe('JSON Schema of the step language', () => {
  it('is draft 7 and knows every field that our own steps use', () => {
    const schema = toJsonSchema() as any
    expect(schema.$schema).toContain('draft-07')
    const step = parse(readFileSync(join(packagedContentDir(), 'steps/calico/06-microsegment.yaml'), 'utf8'))
    for (const key of Object.keys(step)) expect(Object.keys(schema.properties)).toContain(key)
    for (const action of step.actions)
      for (const key of Object.keys(action))
        expect(Object.keys(schema.properties.actions.items.properties)).toContain(key)
    expect(schema.additionalProperties).toBe(false)
  })

  it('has one for tracks and one for expected sets', () => {
    expect(toJsonSchema('track')).toHaveProperty('properties.sources')
    expect(toJsonSchema('expect')).toHaveProperty('properties.open')
  })
})
