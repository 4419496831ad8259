/** Before a track's first change: what another track has left in the cluster is taken away first, or the work ends here. */
import { resolve } from 'node:path'
import { type OtherTrack, tracksInPlace } from '../engine/other-tracks.ts'
import { carryOut, readResetPlan } from '../engine/reset/carry-out.ts'
import type { ResetPlan } from '../engine/reset/plan.ts'
import { createMemory, type Work } from '../engine/scope.ts'
import { loadWritten, withWriting } from '../engine/write-yourself.ts'
import { otherTrackInPlace, resetIncomplete } from '../errors/catalog/reset.ts'
import { escapeControl } from '../errors/escape.ts'
import { listTracks, packagedContentDir } from '../workshop/load-files.ts'
import { openTrack as loadContent } from '../workshop/open-track.ts'
import { openProgress } from '../workshop/progress.ts'
import type { Track } from '../workshop/step.ts'
import { ask } from './confirm.ts'
import type { CommandContext } from './context.ts'
import type { OpenWork, WorkOptions } from './work.ts'

/** `agree` is shown the plan; false ends the work with OTHER_TRACK, which names the line to type. */
export async function clearOtherTracks(
  opened: OpenWork,
  options: WorkOptions,
  agree: (other: OtherTrack, plan: ResetPlan) => Promise<boolean>,
): Promise<void> {
  const content = resolve(options.content ?? packagedContentDir())
  const ids = listTracks(content).filter((id) => id !== opened.track.id)
  const tracks = await Promise.all(ids.map((id) => loadContent(content, id)))
  for (const other of await tracksInPlace(opened.work.deps, tracks)) {
    const work = await workOf(other.track, opened)
    const plan = await readResetPlan(work, null)
    if (!(await agree(other, plan)))
      throw otherTrackInPlace(other.track.id, other.objects, resetLine(other, options, opened))
    const events = carryOut(work, plan)
    let next = await events.next()
    while (!next.done) next = await events.next()
    if (!next.value.ok) throw resetIncomplete(next.value.done, next.value.failed)
  }
}

async function workOf(track: Track, { work, place, uid }: OpenWork): Promise<Work> {
  const deps = { ...work.deps, progress: openProgress(place.home, uid, track.id) }
  const written = await loadWritten(deps, track)
  const { manifestsDir } = work.track
  return {
    deps,
    track: withWriting({ ...track, manifestsDir }, written),
    memory: { ...createMemory(), written },
    signal: work.signal,
  }
}

function resetLine({ track }: OtherTrack, options: WorkOptions, { place }: OpenWork): string {
  const where = options.context
    ? ` --context ${options.context}${options.kubeconfig ? ` --kubeconfig ${options.kubeconfig}` : ''}`
    : place.sandbox && options.calico !== '3.32'
      ? ` --calico ${options.calico}`
      : ''
  return `hipster-workshop reset --track ${track.id}${where}${options.home ? ` --home ${options.home}` : ''}`
}

/** For `run` and `goto`: asked at a terminal, else the line to type. */
export function agreeByAsking(context: CommandContext, canAsk: boolean) {
  return async ({ track, objects }: OtherTrack, plan: ResetPlan): Promise<boolean> => {
    if (!canAsk || !context.io.interactive) return false
    const lines = [
      `The cluster still holds the track ${track.id}: ${objects.length} policies and tiers. They would decide this track's connections too.`,
      'To take it back first:',
      ...plan.entries.map(({ command }) => `$ ${command}`),
      ...plan.questions.map(({ question }) => `note: ${question}; it is left as it is.`),
      ...plan.warnings.map((warning) => `note: ${warning}`),
    ]
    context.io.stderr.write(`${lines.map((line) => escapeControl(line)).join('\n')}\n`)
    return /^y/i.test(await ask('Carry this out? [y/N] ', context))
  }
}
