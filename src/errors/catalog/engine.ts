import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** Another runner works on the same cluster and track. */
export function lockHeld(holder: { host: string; pid: number; since: string }, context: string): WorkshopError {
  return new WorkshopError({
    code: 'LOCK_HELD',
    message: `Another hipster-workshop works on ${context}: process ${holder.pid} on ${holder.host}, since ${holder.since}.`,
    hint: 'To watch it meanwhile, without changing anything: hipster-workshop status --watch (or the screen, which only looks until you start something). A holder that has gone is taken over after 30 seconds, at once on its own machine.',
    exitCode: exitCodes.notReady,
  })
}

/** Without its lock and its record of how things were, nothing may be changed. */
export function recordsNotAllowed(refusal: Error): WorkshopError {
  return new WorkshopError({
    code: 'RECORDS_NOT_ALLOWED',
    message: `The workshop keeps a lock, and the record of how things were, in ConfigMaps of namespace hipster-workshop. Your user may not: ${refusal.message}. Nothing was changed.`,
    hint: 'Ask for the rights that hipster-workshop doctor --rbac prints; it includes that namespace.',
    exitCode: exitCodes.notReady,
    cause: refusal,
  })
}

/** The cluster lacks what the whole track needs. */
export function trackNotPossible(message: string): WorkshopError {
  return new WorkshopError({
    code: 'TRACK_NOT_POSSIBLE',
    message,
    hint: 'hipster-workshop doctor lists what this cluster has and what is missing.',
    exitCode: exitCodes.notReady,
  })
}

/** Asked before the first change of the step. */
export function stepNotAllowed(step: number, title: string, refused: readonly string[]): WorkshopError {
  const shown = refused.slice(0, 8).map((text) => `\n  - ${text}`)
  const more = refused.length > 8 ? `\n  - and ${refused.length - 8} more` : ''
  return new WorkshopError({
    code: 'STEP_NOT_ALLOWED',
    message: `Your user may not do everything step ${step} (${title}) needs, so nothing of it was changed. Missing:${shown.join('')}${more}`,
    hint: 'Ask for what hipster-workshop doctor --rbac prints; doctor says for each step what is missing.',
    exitCode: exitCodes.notReady,
  })
}

/** Pod Security, a quota or a webhook. `line`: what would let them in. */
export function podsRefused(step: number, namespace: string, refusal: string, line: string | null): WorkshopError {
  return new WorkshopError({
    code: 'PODS_REFUSED',
    message: `Namespace ${namespace} does not let in the pods of step ${step}, so nothing of it was changed: ${refusal}`,
    hint: line
      ? `This lets them in, for the time of the workshop:\n${line}\n`
      : 'Ask whoever runs this cluster for an exception in this namespace, or use another cluster.',
    exitCode: exitCodes.notReady,
  })
}

/** A name nobody in the cluster has. */
export function unknownEnd(name: string, known: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'UNKNOWN_SOURCE',
    message: `There is no pod to probe from called ${name}.`,
    hint: `Use one of ${known.join(', ')}, or namespace/pod, deploy/name, label=value.`,
    exitCode: exitCodes.usage,
  })
}

export function unknownTarget(name: string, known: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'UNKNOWN_TARGET',
    message: `There is no pod called ${name}.`,
    hint: `A target is a Service (${known.join(', ')}), namespace/pod, deploy/name, label=value, an address or an outside name.`,
    exitCode: exitCodes.usage,
  })
}

export function unknownPort(
  target: string,
  port: string,
  known: readonly { name?: string; port: number }[],
): WorkshopError {
  const names = known.map(({ name, port: number }) => (name === undefined ? `${number}` : `${name} (${number})`))
  return new WorkshopError({
    code: 'UNKNOWN_PORT',
    message: `${target} has no port called ${port}.`,
    hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'Give a number.',
    exitCode: exitCodes.usage,
  })
}
