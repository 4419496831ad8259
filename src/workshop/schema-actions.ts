import { z } from 'zod'
import { exactlyOne, strict } from './strict.ts'

const name = z.string().min(1)
const text = z.string().trim().min(1)
const manifest = z
  .string()
  .regex(/^(?!\/)(?!.*\.\.)[\w./-]+\.ya?ml$/, 'a .yaml file under manifests/, like calico/02-tiers.yaml')
const labelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, 'a label value: a quoted string ("true", not true)')

export const whenSchema = strict({
  feature: z.enum(['calicoApi', 'tiers', 'staged', 'domains']).describe('Found by discovery in the cluster.'),
  not: z.boolean().optional().describe('Applies where the cluster does NOT have it.'),
})

const target = {
  resource: name.describe('As typed after kubectl: pods, tiers.projectcalico.org.'),
  namespace: name.optional(),
  all: z.boolean().optional().describe('Every one of the namespace (--all).'),
  name: name.optional(),
  selector: name.optional().describe('Label selector (-l).'),
}

const kinds = {
  apply: manifest.optional().describe('kubectl apply -f; relative to manifests/.'),
  delete: manifest.optional().describe('kubectl delete -f: removes the objects of this manifest.'),
  label: strict({
    ...target,
    labels: z.record(z.string().min(1), labelValue.nullable()).describe('null takes a label off.'),
    overwrite: z.boolean().default(false),
  })
    .optional()
    .describe('kubectl label.'),
  'run-pod': strict({ name, namespace: name, image: name, labels: z.record(z.string(), labelValue).optional() })
    .optional()
    .describe('kubectl run: one bare pod, if it is not there.'),
  restart: strict({ namespace: name, selector: name })
    .optional()
    .describe('Deletes the pods and waits for the new ones.'),
  wait: strict({
    ...target,
    condition: name.describe('Ready, Available.'),
    timeoutSeconds: z.int().min(1).max(1800).default(180),
  })
    .optional()
    .describe('kubectl wait --for=condition=...'),
  show: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('A read-only kubectl line, word by word, without kubectl itself.'),
  'create-namespace': name.optional().describe('kubectl create namespace, if it is not there.'),
  'resolve-domains': strict({
    from: name.describe('The source whose pod asks.'),
    names: z.array(name).min(1),
    manifest: manifest.describe('A GlobalNetworkSet whose nets are filled in.'),
  })
    .optional()
    .describe('Resolves names inside a pod and applies the set with their addresses.'),
  ask: strict({
    question: text,
    options: z
      .array(strict({ text, correct: z.boolean().default(false), why: text }))
      .min(2)
      .max(5),
  })
    .optional()
    .describe('A question with answers to choose from; changes nothing.'),
}

export const actionKinds = Object.keys(kinds) as (keyof typeof kinds)[]

export const actionSchema = strict({
  id: name.optional().describe('Unique in the step; made from kind and position when absent.'),
  title: z.string().trim().min(1).describe('What happens, in a few words.'),
  explain: z.string().trim().min(1).optional().describe('Markdown: what the command does.'),
  when: whenSchema.optional(),
  onlyIfMissing: z
    .boolean()
    .optional()
    .describe('With apply: skipped when every object of the manifest exists already.'),
  ...kinds,
}).superRefine((action, context) => {
  const message = exactlyOne(action, actionKinds, 'action')
  if (message) context.addIssue({ code: 'custom', path: [], message })
  if (action.onlyIfMissing !== undefined && action.apply === undefined) {
    context.addIssue({ code: 'custom', path: ['onlyIfMissing'], message: 'onlyIfMissing goes with apply' })
  }
  const label = action.label
  if (label) {
    const ways = [label.all === true, label.name !== undefined, label.selector !== undefined].filter(Boolean).length
    if (ways !== 1)
      context.addIssue({
        code: 'custom',
        path: ['label'],
        message: 'label needs exactly one of all: true, name, selector',
      })
  }
  if (action.ask && action.ask.options.filter((option) => option.correct).length !== 1) {
    context.addIssue({ code: 'custom', path: ['ask', 'options'], message: 'exactly one option must be correct: true' })
  }
  const verb = action.show?.[0]
  if (verb !== undefined && !readOnlyVerbs.includes(verb)) {
    context.addIssue({
      code: 'custom',
      path: ['show', 0],
      message: `show is for reading; "${verb}" is not one of ${readOnlyVerbs.join(', ')}`,
    })
  }
})

export const readOnlyVerbs = [
  'get',
  'describe',
  'explain',
  'logs',
  'top',
  'api-resources',
  'api-versions',
  'version',
  'cluster-info',
  'events',
  'diff',
]

export type RawAction = z.infer<typeof actionSchema>
