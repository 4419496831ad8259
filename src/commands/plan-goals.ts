/** `plan` beside what a step wants: for files a learner writes instead of a stage's own actions. */
import { basename, resolve } from 'node:path'
import type { KubeObject } from '../cluster/port.ts'
import { type Forecast, forecastObjects } from '../engine/forecast.ts'
import { openScope } from '../engine/scope.ts'
import { readSnapshot } from '../engine/snapshot.ts'
import { writtenStage } from '../engine/write-yourself.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { listTracks, packagedContentDir } from '../workshop/load-files.ts'
import type { Stage, Step, Track } from '../workshop/step.ts'
import type { CommandContext } from './context.ts'
import type { PlaceOptions } from './options.ts'
import { openTrack, openWork } from './work.ts'

export interface Goal {
  track: string
  step: number
  stage: string
  title: string
  forecast: Forecast
}

export type GoalOptions = PlaceOptions & { track?: string; step?: number }

interface Wanted {
  step: Step
  stages: Stage[]
}

/** What the stages that ask for these files want (or those of `--step`), and what they would get. Reads the cluster. */
export async function planGoals(
  options: GoalOptions,
  context: CommandContext,
  files: readonly string[],
  objects: readonly KubeObject[],
): Promise<Goal[]> {
  const found = await findStages(options, context, files)
  if (found === null) return []
  const opened = await openWork({ ...options, track: found.track.id }, context, 'read')
  try {
    const snapshot = await readSnapshot(opened.work.deps.cluster)
    const goals: Goal[] = []
    for (const { step, stages } of found.wanted) {
      const scope = await openScope(opened.work, step.number)
      for (const stage of stages) {
        const forecast = forecastObjects(scope, writtenStage(stage), snapshot, objects)
        goals.push({
          track: found.track.id,
          step: step.number,
          stage: stage.id,
          title: stage.title ?? step.title,
          forecast,
        })
      }
    }
    return goals
  } finally {
    await opened.close()
  }
}

async function findStages(
  options: GoalOptions,
  context: CommandContext,
  files: readonly string[],
): Promise<{ track: Track; wanted: Wanted[] } | null> {
  const content = resolve(options.content ?? packagedContentDir())
  const names = new Set(files.map((file) => basename(file)))
  const ids = options.track ? [options.track] : options.step === undefined ? listTracks(content) : ['calico']
  for (const id of ids) {
    const track = await openTrack({ ...options, track: id }, context)
    const wanted = options.step === undefined ? stagesOf(track.steps, names) : [stepStages(track, options.step)]
    if (wanted.length > 0) return { track, wanted }
  }
  return null
}

/** The stages whose policies are to be written into one of these files. */
function stagesOf(steps: readonly Step[], names: ReadonlySet<string>): Wanted[] {
  return steps
    .map((step) => ({ step, stages: step.stages.filter(({ write }) => write && names.has(write.file)) }))
    .filter(({ stages }) => stages.length > 0)
}

function stepStages(track: Track, number: number): Wanted {
  const step = track.steps.find((candidate) => candidate.number === number)
  if (!step)
    throw unknownStep(
      number,
      track.id,
      track.steps.map((candidate) => candidate.number),
    )
  const stages = step.stages.filter(({ write }) => write)
  if (stages.length > 0) return { step, stages }
  const offered = track.steps.filter((candidate) => candidate.stages.some(({ write }) => write))
  throw usageError(
    `Step ${number} of ${track.id} has no policies to write yourself.`,
    `Steps that have: ${offered.map((candidate) => candidate.number).join(', ') || 'none'}.`,
  )
}
