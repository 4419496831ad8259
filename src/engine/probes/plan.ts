/** Which connections a stage's proofs ask for, each as one line of one source's exec. */
import type { ProbeTry } from '../../cluster/port.ts'
import type { Expectation, ProbeSpec, ProbeTool, Proof, Stage } from '../../workshop/step.ts'
import type { Probe } from '../events.ts'
import type { Scope } from '../scope.ts'
import type { Snapshot } from '../snapshot.ts'
import { skipReason } from '../when.ts'
import { findSource, findTarget, type SourcePod, type Target } from './targets.ts'

export interface WantedPage {
  status: number
  /** Bytes: only a smaller page. */
  under?: number
}

export interface PlannedProbe {
  proof: string
  set: string
  probe: Probe
  expected: Expectation
  workload: string
  /** null: the pod is missing. */
  source: SourcePod | null
  /** null: the target cannot be found. */
  target: Target | null
  try: ProbeTry
  /** The page must answer as one of these does. */
  pages?: readonly WantedPage[]
  /** Counts only where the outside control succeeds with the same tool (ping, where a network drops ICMP). */
  ifControl?: boolean
}

type ProbingProof = Extract<Proof, { kind: 'matrix' | 'probes' | 'http' }>

export function isProbing(proof: Proof): proof is ProbingProof {
  return proof.kind === 'matrix' || proof.kind === 'probes' || proof.kind === 'http'
}

export function planStage(scope: Scope, stage: Stage, snapshot: Snapshot): PlannedProbe[] {
  return stage.proofs
    .filter(isProbing)
    .filter((proof) => skipReason(proof.when, scope.features) === null)
    .flatMap((proof) => planProof(scope, proof, snapshot))
}

function planProof(scope: Scope, proof: ProbingProof, snapshot: Snapshot): PlannedProbe[] {
  switch (proof.kind) {
    case 'matrix': {
      const open = new Set(proof.open.map((pair) => `${pair.from} ${pair.to}`))
      return pairs(scope).map(({ from, to }) =>
        planProbe(scope, snapshot, proof.id, 'matrix', {
          id: `${from}->${to}`,
          from,
          to,
          tool: 'nc',
          expect: open.has(`${from} ${to}`) ? 'open' : 'blocked',
        }),
      )
    }
    case 'probes':
      return proof.probes
        .filter((spec) => skipReason(spec.when, scope.features) === null)
        .map((spec) => planProbe(scope, snapshot, proof.id, proof.id, spec))
    case 'http':
      return [planPage(scope, snapshot, proof)]
  }
}

/** Every source to every service but its own. */
function pairs(scope: Scope): { from: string; to: string }[] {
  const { sources, services } = scope.track.topology
  return sources.flatMap((source) =>
    services
      .filter((service) => service.name !== source.name || service.namespace !== source.namespace)
      .map((service) => ({ from: source.name, to: service.name })),
  )
}

export function planProbe(scope: Scope, snapshot: Snapshot, proof: string, set: string, spec: ProbeSpec): PlannedProbe {
  const { topology } = scope.track
  const source = findSource(topology, snapshot, spec.from)
  const target = findTarget(topology, snapshot, spec.to, spec.from, spec.tool, spec.port)
  return {
    proof,
    set,
    expected: spec.expect,
    workload: spec.from,
    source,
    target,
    probe: {
      id: spec.id,
      from: fromOf(scope, spec.from, source),
      to: target?.to ?? { host: spec.to, protocol: 'TCP' },
      tool: spec.tool,
    },
    try: toTry(spec.tool, target, pinned(snapshot, spec.to)),
    ...(spec.ifControl ? { ifControl: true } : {}),
  }
}

function planPage(scope: Scope, snapshot: Snapshot, proof: Extract<Proof, { kind: 'http' }>): PlannedProbe {
  const url = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(proof.url)
  const host = url?.[2] ?? proof.url
  const port = url?.[3] ? Number(url[3]) : url?.[1] === 'https' ? 443 : 80
  const spec: ProbeSpec = { id: proof.id, from: proof.from, to: host, port, tool: 'curl', expect: 'open' }
  const planned = planProbe(scope, snapshot, proof.id, proof.id, spec)
  return {
    ...planned,
    pages: [proof, ...(proof.or ? [proof.or] : [])],
    try: {
      ...planned.try,
      host,
      get: true,
      path: url?.[4] ?? '/',
      ...(url?.[1] === 'https' ? { scheme: 'https' as const } : {}),
    },
  }
}

function fromOf(scope: Scope, workload: string, source: SourcePod | null): Probe['from'] {
  const place = scope.track.topology.sources.find((candidate) => candidate.name === workload)
  return { namespace: place?.namespace ?? '', pod: source?.pod.metadata.name ?? '', workload }
}

function toTry(tool: ProbeTool, target: Target | null, pin?: string): ProbeTry {
  const host = target?.host ?? ''
  // dig's port would be the server's; curl writes no port for http's own.
  const port = tool === 'dig' || tool === 'ping' ? undefined : target?.port
  return {
    key: [tool, host, port ?? '', target?.server ?? '', pin ?? ''].join(' '),
    tool,
    host,
    ...(port === undefined ? {} : { port }),
    ...(tool === 'dig' && target?.server !== undefined ? { server: target.server } : {}),
    ...(tool === 'curl' && port === 443 ? { scheme: 'https' as const } : {}),
    ...(tool === 'curl' && pin !== undefined ? { resolveTo: pin } : {}),
  }
}

/** On a network set that holds addresses instead of names: name -> the addresses it was made from. */
export const resolvedAnnotation = 'hipster-workshop/resolved'

/** Where a set was made from addresses, the probe connects to one of those very addresses: answers of big sites rotate. */
function pinned(snapshot: Snapshot, host: string): string | undefined {
  const known = pins.get(snapshot) ?? readPins(snapshot)
  pins.set(snapshot, known)
  return known.get(host)
}

const pins = new WeakMap<Snapshot, ReadonlyMap<string, string>>()

function readPins(snapshot: Snapshot): Map<string, string> {
  const found = new Map<string, string>()
  for (const set of snapshot.of('projectcalico.org/v3', 'GlobalNetworkSet')) {
    const text = set.metadata.annotations?.[resolvedAnnotation]
    if (!text) continue
    for (const [host, [address]] of Object.entries(parseResolved(text)))
      if (address !== undefined && !found.has(host)) found.set(host, address)
  }
  return found
}

export function parseResolved(text: string): Record<string, string[]> {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object') return {}
    return Object.fromEntries(
      Object.entries(value).map(([name, list]) => [
        name,
        Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [],
      ]),
    )
  } catch {
    // Somebody else's annotation: no pin.
    return {}
  }
}
