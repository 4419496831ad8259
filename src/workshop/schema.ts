/**
 * The step language, version 1. The descriptions below are also what editors show (json-schema.ts); steps/README.md is the
 * author's guide. A change that old content would not survive needs a new version.
 */
import { z } from 'zod'
import { actionSchema } from './schema-actions.ts'
import { proofSchema } from './schema-proofs.ts'
import { strict } from './strict.ts'

export const contentVersion = 1

const version = z.literal(contentVersion).describe('Version of the step language: 1.')
const markdown = z.string().trim().min(1)

const writeSchema = strict({
  task: markdown.describe('Markdown: what to write.'),
  skeleton: z.string().min(1).describe('Manifest the learner starts from, relative to manifests/.'),
  file: z
    .string()
    .regex(/^[A-Za-z0-9._-]+\.ya?ml$/, 'a plain file name ending in .yaml')
    .describe('Name of the copy in the working folder.'),
  instead: z.array(z.string()).min(1).describe("Ids of the actions that the learner's file replaces."),
})

const stageSchema = strict({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and dashes')
    .describe('Unique in the track; shown and emitted with every probe: 5a.'),
  title: z.string().trim().min(1).optional(),
  actions: z.array(actionSchema).default([]),
  proofs: z.array(proofSchema).min(1, 'a stage without a proof proves nothing'),
  write: writeSchema.optional(),
})

export const stepSchema = strict({
  version,
  title: z.string().trim().min(1).max(60).describe('A few words; stands in the list of steps.'),
  goal: z.string().trim().min(1).describe('One or two sentences: what will be different afterwards.'),
  concept: markdown.describe('Markdown: the idea, in a few paragraphs for a newcomer.'),
  optional: z.boolean().default(false).describe('A bonus step: the track is complete without it.'),
  startsGreen: z.boolean().default(false).describe('The proofs hold before the actions too.'),
  view: z.enum(['lesson', 'matrix', 'board', 'flows']).optional().describe('The view offered at the end.'),
  actions: z.array(actionSchema).optional().describe('What is done, in order. Leave out when there are stages.'),
  proofs: z.array(proofSchema).optional().describe('What must then be true. Leave out when there are stages.'),
  write: writeSchema.optional().describe('Lets the learner write the policies instead.'),
  stages: z
    .array(stageSchema)
    .min(2, 'one stage is a step without stages')
    .optional()
    .describe('Two or more rounds of actions and proofs.'),
  hints: z.array(markdown).min(2).max(3).describe('Two or three, each stronger than the one before.'),
  debrief: markdown.describe('Markdown: what the proof showed, and where it bites in real clusters.'),
}).superRefine((step, context) => {
  const flat = step.actions !== undefined || step.proofs !== undefined
  if (flat && step.stages)
    context.addIssue({
      code: 'custom',
      path: ['stages'],
      message: 'a step has either stages, or actions and proofs of its own',
    })
  if (!step.stages && !(step.proofs && step.proofs.length > 0)) {
    context.addIssue({
      code: 'custom',
      path: ['proofs'],
      message: 'a step needs at least one proof (or stages with proofs)',
    })
  }
})

export type RawStep = z.infer<typeof stepSchema>
export type RawStage = z.infer<typeof stageSchema>
