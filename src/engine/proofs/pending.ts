import type { FlowVerdict, Trace } from '../../policy/model.ts'
import { judgeOf } from '../judge.ts'
import { findSource, findTarget } from '../probes/targets.ts'
import { worldKinds } from '../snapshot.ts'
import { type Check, fine, type ProofOf, wrong } from './check.types.ts'

/** What would be decided if the staged policies were enforced: by the policy engine, over the cluster's own objects. */
export const pending: Check<ProofOf<'pending'>> = {
  kinds: () => worldKinds,
  check(proof, snapshot, { track, memory }) {
    const title = `${proof.from} to ${proof.to}`
    const tool = proof.to === 'dns' && proof.protocol !== 'TCP' ? 'dig' : 'nc'
    const source = findSource(track.topology, snapshot, proof.from)
    const target = findTarget(track.topology, snapshot, proof.to, proof.from, tool, proof.port)
    if (!source || !target)
      return { ok: false, details: [wrong(`${title}: ${source ? 'the target' : 'the source pod'} does not exist`)] }
    const unread = snapshot.unread[0]
    if (unread) return { ok: false, details: [wrong(`${unread.kind} cannot be read: ${unread.message}`)] }
    const decided = judgeOf(snapshot, memory).verdict(
      source,
      target,
      proof.protocol ?? target.to.protocol,
      outsideAddress,
    )
    if (!decided) return { ok: false, details: [wrong(`${title}: cannot be decided from here`)] }
    const now = proof.side ? decided[proof.side].verdict : decided.verdict
    const then = proof.side ? pendingOf(decided[proof.side]) : pendingVerdict(decided)
    const by = decidingPolicy(decided, then, proof.side)
    const ok = then === proof.verdict
    const text = `${title}: now ${word(now)}; with the staged policies enforced it would be ${word(then)}${by ? ` by ${by}` : ''}`
    return { ok, details: [ok ? fine(text) : wrong(text)] }
  },
}

/** Any address of the documentation range stands for an outside name: policies without addresses treat them all alike. */
const outsideAddress = '203.0.113.1'

function pendingOf(trace: Trace): Trace['verdict'] {
  return trace.pendingVerdict ?? trace.verdict
}

function pendingVerdict({ egress, ingress }: FlowVerdict): Trace['verdict'] {
  const sides = [pendingOf(egress), pendingOf(ingress)]
  return sides.includes('deny') ? 'deny' : sides.includes('undecided') ? 'undecided' : 'allow'
}

function decidingPolicy(decided: FlowVerdict, verdict: string, side: 'egress' | 'ingress' | undefined): string | null {
  const sides = side ? [decided[side]] : [decided.egress, decided.ingress]
  const trace = sides.find((candidate) => pendingOf(candidate) === verdict)
  const entry = trace?.pending.at(-1)
  return entry && entry.tier !== '__PROFILE__' ? `${entry.policy} (tier ${entry.tier})` : null
}

function word(verdict: Trace['verdict']): string {
  return verdict === 'allow' ? 'open' : verdict === 'deny' ? 'blocked' : 'undecided'
}
