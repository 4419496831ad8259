import { z } from 'zod'
import { contentVersion } from './schema.ts'
import { strict } from './strict.ts'

const name = z.string().min(1)
const port = z.int().min(1).max(65535)
const version = z.literal(contentVersion)

/** `steps/<track>/track.yaml`. */
export const trackSchema = strict({
  version: version.describe('Version of the step language: 1.'),
  title: z.string().trim().min(1).describe('A few words; stands on the start screen.'),
  summary: z.string().trim().min(1).describe('One or two sentences: what is learnt.'),
  requires: strict({
    feature: z.enum(['calicoApi', 'tiers', 'staged', 'domains']),
    message: z.string().trim().min(1).describe('What to tell somebody whose cluster lacks it.'),
  })
    .optional()
    .describe('A feature without which the track cannot run.'),
  objectLabel: z
    .string()
    .regex(/^[\w./-]+=[\w.-]+$/, 'a label selector key=value')
    .describe('Every object of the track carries it.'),
  namespaces: z
    .array(
      strict({ name, create: z.boolean().default(false).describe('The track makes it, and reset takes it away.') }),
    )
    .min(1)
    .describe('Where the track works.'),
  sources: z
    .array(strict({ name, namespace: name, selector: name }))
    .min(1)
    .describe('Where probes come from.'),
  services: z
    .array(strict({ name, namespace: name, port, podPort: port.optional(), selector: name }))
    .min(1)
    .describe('Where probes of the matrix go to. podPort where it differs from the Service port.'),
  outside: z.array(name).default([]).describe('Outside names used by probes.'),
  outsideControl: name
    .optional()
    .describe('The source that proves an outside name reachable before blocked is believed.'),
})

/** `steps/<track>/expect/<set>.yaml`: which pairs are open; everything else is blocked. Written by hand. */
export const expectSchema = strict({
  version: version.describe('Version of the step language: 1.'),
  title: z.string().trim().min(1).describe('What the set says, in a few words.'),
  open: z
    .record(
      z.string(),
      z.union([
        z.literal('all'),
        z.array(z.string()),
        strict({ allBut: z.array(z.string()).min(1).describe('Every service but itself and these.') }),
      ]),
    )
    .describe('Every source, with the services that are open to it; all = every service but itself.'),
})

export type RawTrack = z.infer<typeof trackSchema>
export type RawExpect = z.infer<typeof expectSchema>
