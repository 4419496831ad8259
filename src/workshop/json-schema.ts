import { z } from 'zod'
import { stepSchema } from './schema.ts'
import { expectSchema, trackSchema } from './schema-track.ts'

export type SchemaName = 'step' | 'track' | 'expect'

const schemas = { step: stepSchema, track: trackSchema, expect: expectSchema }
const titles: Record<SchemaName, string> = {
  step: 'A step of hipster-workshop (steps/<track>/NN-name.yaml)',
  track: 'A track of hipster-workshop (steps/<track>/track.yaml)',
  expect: 'An expected set of hipster-workshop (steps/<track>/expect/<set>.yaml)',
}

/** JSON Schema (draft 7, which editors understand) of a content file. What lint checks beyond it needs the other files. */
export function toJsonSchema(name: SchemaName = 'step'): Record<string, unknown> {
  const schema = z.toJSONSchema(schemas[name], { target: 'draft-7', io: 'input', unrepresentable: 'any' })
  return { ...(schema as Record<string, unknown>), title: titles[name] }
}
