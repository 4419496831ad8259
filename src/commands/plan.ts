import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { inputRejected } from '../errors/catalog/input.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { KubeObject } from '../policy/model.ts'
import { planChanges } from '../policy/plan.ts'
import { issueText } from '../policy/validate/issue.ts'
import { firstStage, validate } from '../policy/validate/validate.ts'
import type { PlanWarning } from '../policy/views.types.ts'
import { goalsText } from '../report/goals-text.ts'
import { planText } from '../report/plan-text.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import type { OutputOptions } from './options.ts'
import { workshopFolder } from './place.ts'
import { type GoalOptions, planGoals } from './plan-goals.ts'
import { writeJson } from './report.ts'
import { openWorld } from './world.ts'
import { readWorldFiles, type WorldFiles } from './world-files.ts'
import { writeText } from './write-text.ts'

type Options = GoalOptions & OutputOptions & { filename: string[]; delete?: boolean }

/**
 * `plan`: which flows would change if these files were applied (or deleted); nothing is applied. Of a file that a step
 * asks the learner to write, also what that step wants of it.
 */
export async function plan(options: Options, context: CommandContext, [given]: [string[]]): Promise<ExitCode> {
  const hasGoals = options.filename.length === 0 && !options.delete
  if (options.step !== undefined && !hasGoals)
    throw usageError('--step compares with what a step of the workshop wants; -f and --delete have no step.')
  if (given.includes('-') && options.filename.includes('-'))
    throw usageError('Standard input cannot be both the change and the world.', 'Give one of them as a file.')
  const files = given.map((file) => inWorkshop(file, options, context))
  const changes = await readWorldFiles(files, context)
  const refused = options.delete ? [] : changes.objects.flatMap((object) => refusals(object, changes))
  if (refused.length > 0) throw inputRejected(refused)
  const { world, notes } = await openWorld(options, context)
  const { view } = planChanges(world, options.delete ? { remove: changes.objects } : { put: changes.objects })
  const goals = hasGoals ? await planGoals(options, context, files, changes.objects) : []
  const warnings = ownFirst(view.warnings, changes.objects)
  const all = { ...view, warnings, notes: [...changes.notes, ...notes, ...view.notes] }
  if (options.output === 'json') writeJson(context, { v: 1, ...all, ...(goals.length > 0 ? { goals } : {}) })
  else writeText(context, `${planText(all)}${goalsText(goals)}`)
  return exitCodes.done
}

/** A file that is not here and is in the working folder, where the workshop puts what is to be written, is meant there. */
function inWorkshop(file: string, options: Options, { io }: CommandContext): string {
  if (file === '-' || isAbsolute(file) || existsSync(file)) return file
  const there = join(workshopFolder(homeFolder(options.home, io.env)), file)
  return existsSync(there) ? there : file
}

/** What Calico would refuse, in its own words: a plan of it would be a plan of something that cannot be. */
function refusals(object: KubeObject, { placeOf }: WorldFiles): string[] {
  const { kind, metadata } = object
  const name = `${placeOf(object)}: ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`
  return firstStage(validate(object, { domains: true }).issues).map((issue) => `${name}: ${issueText(issue)}`)
}

/** What the change itself brings comes first. */
function ownFirst(warnings: readonly PlanWarning[], changed: readonly KubeObject[]): PlanWarning[] {
  const names = new Set(changed.map(({ metadata }) => metadata.name))
  const isOwn = ({ policy }: PlanWarning) => names.has(policy.replace(/^[a-z]+:(.*\/)?/, ''))
  return [...warnings.filter(isOwn), ...warnings.filter((warning) => !isOwn(warning))]
}
