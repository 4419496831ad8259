/** Asks the policy engine, over the objects as they stand in the cluster, who decides a probe's connection. */
import type { ProbeReading } from '../cluster/port.ts'
import { evaluate } from '../policy/evaluate.ts'
import type { FlowVerdict, Peer, Trace } from '../policy/model.ts'
import type { ProbeTo } from './events.ts'
import type { FollowWorld } from './follow-world.ts'
import type { PlannedProbe } from './probes/plan.ts'
import type { SourcePod, Target } from './probes/targets.ts'
import type { Snapshot } from './snapshot.ts'

export interface Judge {
  /** `address`: of an outside name, as somebody else reached it. null where nothing can be said: an end that is not known, policies that may not be read. */
  decide(
    planned: PlannedProbe,
    reading: ProbeReading | null,
    address?: string,
  ): { egress: Trace; ingress: Trace } | null
  verdict(source: SourcePod, target: Target, protocol: ProbeTo['protocol'], address?: string): FlowVerdict | null
}

const judges = new WeakMap<Snapshot, Judge>()

/** One judge per reading: several proofs ask about the same objects. */
export function judgeOf(snapshot: Snapshot, { follow }: { follow: FollowWorld }): Judge {
  const known = judges.get(snapshot)
  if (known) return known
  const judge = createJudge(snapshot, follow)
  judges.set(snapshot, judge)
  return judge
}

function createJudge(snapshot: Snapshot, follow: FollowWorld): Judge {
  // An incomplete list of policies would make an open flow out of a blocked one.
  const world = snapshot.unread.length === 0 ? follow(snapshot.objects) : null

  function verdict(
    source: SourcePod,
    target: Target,
    protocol: ProbeTo['protocol'],
    address?: string,
  ): FlowVerdict | null {
    if (!world) return null
    const to = peerOf(target, address)
    if (!to) return null
    const port = target.kind === 'dns' ? 53 : target.to.podPort
    return evaluate(world, {
      from: { kind: 'endpoint', id: `${source.namespace}/${source.pod.metadata.name}` },
      to,
      protocol,
      ...(port === undefined ? {} : { port }),
    })
  }

  return {
    verdict,
    decide({ source, target, probe, try: line }, reading, address) {
      if (!source || !target) return null
      const decided = verdict(source, target, probe.to.protocol, line.resolveTo ?? reading?.addresses?.[0] ?? address)
      return decided && { egress: decided.egress, ingress: decided.ingress }
    },
  }
}

function peerOf(target: Target, address: string | undefined): Peer | null {
  if (target.pod) return { kind: 'endpoint', id: `${target.pod.metadata.namespace}/${target.pod.metadata.name}` }
  if (target.kind !== 'outside' || address === undefined) return null
  return { kind: 'ip', ip: address, names: [target.host] }
}
