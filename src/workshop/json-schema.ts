import { z } from 'zod'
import { stepSchema } from './schema.ts'
import { actionKinds, actionSchema, readOnlyVerbs } from './schema-actions.ts'
import { proofKinds, proofSchema } from './schema-proofs.ts'
import { expectSchema, trackSchema } from './schema-track.ts'

export const schemaNames = ['step', 'track', 'expect'] as const
export type SchemaName = (typeof schemaNames)[number]

const schemas = { step: stepSchema, track: trackSchema, expect: expectSchema }
const titles: Record<SchemaName, string> = {
  step: 'A step of hipster-workshop (steps/<track>/NN-name.yaml)',
  track: 'A track of hipster-workshop (steps/<track>/track.yaml)',
  expect: 'An expected set of hipster-workshop (steps/<track>/expect/<set>.yaml)',
}

type Json = Record<string, any>

/**
 * JSON Schema (draft 7, which editors understand) of a content file. What lint checks beyond it needs the other files, or
 * counts: that exactly one answer is correct.
 */
export function toJsonSchema(name: SchemaName = 'step'): Record<string, unknown> {
  const schema = z.toJSONSchema(schemas[name], {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => addRules(zodSchema, jsonSchema),
  })
  return { ...(schema as Json), title: titles[name] }
}

/** What the schemas check beside their fields, in JSON Schema's words. */
function addRules(zodSchema: unknown, json: Json): void {
  if (zodSchema === actionSchema) {
    json.oneOf = actionKinds.map(requires)
    json.dependencies = { onlyIfMissing: ['apply'] }
    const { label, show } = json.properties
    if (label)
      label.oneOf = [{ properties: { all: { const: true } }, required: ['all'] }, ...['name', 'selector'].map(requires)]
    if (show) show.items = [{ type: 'string', enum: [...readOnlyVerbs] }]
    if (show) show.additionalItems = { type: 'string' }
  }
  if (zodSchema === proofSchema) json.oneOf = proofKinds.map(requires)
  if (zodSchema === stepSchema) {
    const own = { anyOf: [requires('actions'), requires('proofs')] }
    json.oneOf = [
      { ...requires('proofs'), not: requires('stages') },
      { ...requires('stages'), not: own },
    ]
  }
}

function requires(field: string): Json {
  return { required: [field] }
}
