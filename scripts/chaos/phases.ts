/** In which phase of its work a process was when it ended: told by the last events it wrote. */
import type { Track } from '../../src/workshop/step.ts'
import { eventsOf } from './program.ts'

export type Command = 'run' | 'reset'

/** What a phase's name is made of, one event at a time. */
export function createPhaseReader(command: Command, track: Track): (event: any) => string {
  const kinds = new Map<string, string>()
  for (const step of track.steps)
    for (const stage of step.stages)
      for (const action of stage.actions) kinds.set(`${stage.id}/${action.id}`, action.kind)
  let phase = `${command}: ${command === 'run' ? 'opening' : 'planning'}`
  let inReset = command === 'reset'
  return (event) => {
    switch (event.type) {
      case 'run-started':
        inReset = false
        break
      case 'action-started':
        phase =
          event.stage === 'reset' || inReset
            ? `${command}: ${resetPart(event.command)}`
            : `run: ${kinds.get(`${event.stage}/${event.action}`) ?? 'action'}`
        break
      case 'action-finished':
        if (command === 'reset') phase = 'reset: between its lines'
        break
      case 'probe-started':
      case 'probe-attempted':
      case 'probe-settled':
        phase = 'run: probing'
        break
      case 'proof-started':
        if (phase !== 'run: probing') phase = 'run: proofs'
        break
      case 'step-finished':
        phase = 'run: between steps'
        break
      case 'run-finished':
      case 'reset-finished':
        phase = 'done'
        break
    }
    return phase
  }
}

/** The part of a reset a kubectl line belongs to. */
function resetPart(command: string): string {
  if (/ replace /.test(command)) return 'what was here before'
  if (/ label /.test(command)) return 'labels'
  const resource = / delete (\S+) (\S+)/.exec(command)
  if (!resource) return 'what a step made'
  const [, kind = '', name = ''] = resource
  if (/networkpolicies/.test(kind)) return /-pass$/.test(name) ? 'passing policies' : 'restricting policies'
  if (/networksets/.test(kind)) return 'network sets'
  if (/^tiers/.test(kind)) return 'tiers'
  if (/^namespaces/.test(kind)) return name === 'hipster-workshop' ? 'records' : 'namespaces'
  return 'workloads and pods'
}

/** The last phase in this output. */
export function lastPhase(command: Command, track: Track, stdout: string): string {
  const read = createPhaseReader(command, track)
  let phase = read({})
  for (const event of eventsOf(stdout)) phase = read(event)
  return phase
}
