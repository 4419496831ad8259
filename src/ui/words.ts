/** The screen's short words for flows, outcomes and rules. */

import type { Probe, ProbeActual } from '../engine/events.ts'
import { escapeControl } from '../errors/escape.ts'
import type { Trace, TraceEntry } from '../policy/model.ts'

export const outcomeWords: Readonly<Record<ProbeActual, string>> = {
  open: 'open',
  'timed-out': 'timed out',
  refused: 'refused',
  'name-not-resolved': 'no such name',
  'cannot-run': 'cannot run',
  'not-probed': 'not probed',
}

export function probeFrom(probe: Probe): string {
  return escapeControl(probe.from.workload || `${probe.from.namespace}/${probe.from.pod}`)
}

export function probeTo(probe: Probe): string {
  const { to } = probe
  const name = to.service ?? to.host ?? to.pod ?? '?'
  return escapeControl(to.port === undefined ? name : `${name}:${to.port}`)
}

/** The name `explain` and `try` take for the target, without the port. */
export function probeTarget(probe: Probe): { to: string; port?: number } {
  const { to } = probe
  const name = to.service ?? to.host ?? to.pod ?? '?'
  return to.port === undefined ? { to: name } : { to: name, port: to.port }
}

/** `gnp:security.pci-restrict` -> `security.pci-restrict`; namespace of namespaced policies left out. */
export function policyName(id: string): string {
  const name = id.replace(/^[a-z]+:/, '')
  return escapeControl(name.slice(name.indexOf('/') + 1))
}

/** The rule that decided, as people count: `security.pci-restrict #2`, `end of tier default`, `profile`. */
export function decisionText(entry: TraceEntry | undefined): string {
  if (!entry) return 'no policy'
  if (entry.tier === '__PROFILE__') return 'no policy selects it'
  if (entry.rule < 0) return `end of tier ${escapeControl(entry.tier)}`
  return `${policyName(entry.policy)} #${entry.rule + 1}`
}

/** The side that says no, else the target's side: the one a learner should look at. */
export function decidingText(decidedBy: { egress: Trace; ingress: Trace } | null): string {
  if (!decidedBy) return ''
  const { egress, ingress } = decidedBy
  if (egress.verdict === 'undecided') return `undecided: ${escapeControl(egress.undecided ?? '')}`
  if (egress.verdict === 'deny') return `${decisionText(egress.enforced.at(-1))} (egress)`
  if (ingress.verdict === 'undecided') return `undecided: ${escapeControl(ingress.undecided ?? '')}`
  const deciding = decisionText(ingress.enforced.at(-1))
  const leaving = egress.enforced.at(-1)
  // A target without policy says nothing; the rule that let the flow out does.
  if (ingress.verdict === 'allow' && isProfile(ingress.enforced.at(-1)) && !isProfile(leaving))
    return `${decisionText(leaving)} (egress)`
  return deciding
}

function isProfile(entry: TraceEntry | undefined): boolean {
  return !entry || entry.tier === '__PROFILE__'
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`
  if (ms < 59_500) return `${(ms / 1000).toFixed(1)} s`
  return clock(Math.round(ms / 1000))
}

/** Whole seconds: `12 s`, `1 min 5 s`. */
export function clock(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
