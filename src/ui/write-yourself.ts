/** Taking over the policies of a step: what can be written here and now, and the key that turns it. */
import type { WriteYourself } from '../workshop/step.ts'
import type { Host } from './host.ts'
import { stillWorking, toast } from './toast.ts'
import { isBusy, selectedStep, type World } from './world.ts'

export interface Writing {
  write: WriteYourself
  /** The learner writes already. */
  on: boolean
}

/** The first stage still to do that the learner may write, or writes. */
export function writingHere(world: World): Writing | null {
  const next = world.state?.nextAction
  const stages = selectedStep(world)?.stages ?? []
  if (!next) return null
  const at = stages.findIndex((stage) => stage.id === next.stage)
  const stage = stages.slice(Math.max(0, at)).find((candidate) => candidate.write)
  return stage?.write ? { write: stage.write, on: stage.original !== undefined } : null
}

export function writeYourself(host: Host) {
  const world = host.world()
  if (!world.session) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return stillWorking(host)
  const writing = writingHere(world)
  if (!writing) return toast(host, 'Nothing left to write in this step; its lesson says what is.')
  world.session.send({ type: 'write-yourself' })
  host.ui.update({ view: 'lesson', pane: null, overlay: null })
  toast(
    host,
    writing.on
      ? 'The step applies our policies again; your file stays.'
      : `${writing.write.file} is in the working folder (s opens a shell there). Enter applies it.`,
  )
}
