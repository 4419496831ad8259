import { inputRejected } from '../errors/catalog/input.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { planChanges } from '../policy/plan.ts'
import { issueText } from '../policy/validate/issue.ts'
import { firstStage, validate } from '../policy/validate/validate.ts'
import { planText } from '../report/plan-text.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWorld } from './world.ts'
import { loadWorldFiles } from './world-files.ts'
import { writeText } from './write-text.ts'

type Options = PlaceOptions & OutputOptions & { filename: string[]; delete?: boolean }

/** `plan`: which flows would change if these files were applied (or deleted). Nothing is applied. */
export async function plan(options: Options, context: CommandContext, [files]: [string[]]): Promise<ExitCode> {
  const changes = loadWorldFiles(files)
  const refused = options.delete ? [] : changes.objects.flatMap((object) => refusals(object))
  if (refused.length > 0) throw inputRejected(refused)
  const { world, notes } = await openWorld(options, context)
  const { view } = planChanges(world, options.delete ? { remove: changes.objects } : { put: changes.objects })
  const all = { ...view, notes: [...changes.notes, ...notes, ...view.notes] }
  if (options.output === 'json') writeJson(context, { v: 1, ...all })
  else writeText(context, planText(all))
  return exitCodes.done
}

/** What Calico would refuse, in its own words: a plan of it would be a plan of something that cannot be. */
function refusals(object: Parameters<typeof validate>[0]): string[] {
  const { kind, metadata } = object
  const name = `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`
  return firstStage(validate(object, { domains: true }).issues).map((issue) => `${name}: ${issueText(issue)}`)
}
