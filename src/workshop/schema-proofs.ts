import { z } from 'zod'
import { whenSchema } from './schema-actions.ts'
import { exactlyOne, strict } from './strict.ts'

const name = z.string().min(1)
const port = z.int().min(1).max(65535)

const probe = strict({
  id: name.optional().describe('Unique in the proof; made from the ends when absent.'),
  from: name.describe('A source of the track: cartservice, multitool.default.'),
  to: name.describe('A service of the track, pod:SOURCE, an outside name of the track, or dns.'),
  port: port.optional().describe('The Service port; the one of the topology when absent.'),
  tool: z.enum(['nc', 'curl', 'ping', 'dig']).default('nc').describe('What tries it inside the pod.'),
  expect: z.enum(['open', 'blocked']).describe('blocked: a time-out, and only that.'),
  ifControl: z
    .boolean()
    .optional()
    .describe('Counts only where the outside control reaches the same target with the same tool.'),
  when: whenSchema.optional(),
})

const pending = strict({
  from: name.describe('A source of the track.'),
  to: name.describe('A service of the track, pod:SOURCE, or dns.'),
  port: port.optional().describe('The Service port; of a pod, its own.'),
  protocol: z.enum(['TCP', 'UDP']).optional().describe('TCP when absent.'),
  side: z.enum(['egress', 'ingress']).optional().describe("Only this end's decision counts."),
  verdict: z.enum(['allow', 'deny']).describe('With the staged policies enforced.'),
})

const http = strict({
  from: name.describe('A source of the track.'),
  url: z
    .string()
    .regex(/^https?:\/\//, 'an http:// or https:// address')
    .describe('Asked for inside the pod, by the name the Service has there.'),
  status: z.int().min(100).max(599).describe('The status it must answer with.'),
  or: strict({
    status: z.int().min(100).max(599),
    under: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Only of a page with fewer bytes than this: a stand-in for the shop. The proof then counts as not asked.',
      ),
    say: z.string().trim().min(1),
  })
    .optional()
    .describe('Another status that is accepted, with what it means.'),
})

const kinds = {
  objects: z
    .array(
      strict({
        apiVersion: name,
        kind: name,
        name,
        namespace: name.optional(),
        absent: z.boolean().optional().describe('It must NOT exist.'),
        fields: z
          .record(z.string().min(1), z.unknown())
          .optional()
          .describe('Dotted path (spec.order, spec.ingress.0.action) to value.'),
      }),
    )
    .min(1)
    .optional()
    .describe('Objects that must exist (or not), with these fields.'),
  labels: strict({
    namespace: name,
    selector: name.optional(),
    name: name.optional(),
    labels: z.record(z.string().min(1), z.string().nullable()).describe('null: the pod must not carry it.'),
    count: z.int().min(0).optional().describe('How many pods there must be.'),
    nothingElse: z.boolean().optional().describe('All other labels of all pods are as before the step.'),
  })
    .optional()
    .describe('Labels of pods.'),
  ready: strict({ namespace: name, count: z.int().min(1), selector: name.optional() })
    .optional()
    .describe('So many pods are ready.'),
  matrix: name.optional().describe('Name of an expected set in expect/: every source to every service is tried.'),
  probes: z.array(probe).min(1).optional().describe('Single connections.'),
  pending: z.array(pending).min(1).optional().describe('What policy would decide if staged policies were enforced.'),
  http: z.array(http).min(1).optional().describe('Pages that must answer.'),
}

export const proofKinds = Object.keys(kinds) as (keyof typeof kinds)[]

export const proofSchema = strict({
  id: name.optional().describe('Unique in the stage; made from kind and position when absent.'),
  title: z.string().trim().min(1).describe('The claim, as a short sentence.'),
  when: whenSchema.optional(),
  unlessWritten: z.boolean().optional().describe('Not asked of policies that the learner wrote.'),
  ...kinds,
}).superRefine((proof, context) => {
  const message = exactlyOne(proof, proofKinds, 'proof')
  if (message) context.addIssue({ code: 'custom', path: [], message })
})

export type RawProof = z.infer<typeof proofSchema>
