/** What a step names must exist in its track: sources, services with that port, outside names, sets, actions. Pure. */
import type { Location } from '../errors/workshop-error.ts'
import type { ContentIssue } from './issue.ts'
import type { Proof, Stage, Step, Topology } from './step.ts'
import type { ExpectedSets } from './to-proof.ts'

export function lintStep(step: Step, topology: Topology, sets: ExpectedSets): ContentIssue[] {
  return step.stages.flatMap((stage) => [
    ...stage.proofs.flatMap((proof) => lintProof(proof, topology, sets)),
    ...stage.actions.flatMap((action) =>
      action.kind === 'resolve-domains'
        ? [
            ...source(action.from, topology, action.at),
            ...action.names.flatMap((name) => outside(name, topology, action.at)),
          ]
        : [],
    ),
    ...repeatedIds(stage),
    ...lintWrite(stage, step.file),
  ])
}

function lintProof(proof: Proof, topology: Topology, sets: ExpectedSets): ContentIssue[] {
  const at = proof.at
  switch (proof.kind) {
    case 'matrix':
      return sets.has(proof.set)
        ? []
        : [
            {
              location: at,
              message: `there is no expected set "${proof.set}"`,
              allowed: [...sets.keys()].join(', ') || 'a file in expect/',
            },
          ]
    case 'probes':
      return proof.probes.flatMap((probe) => [
        ...source(probe.from, topology, probe.at ?? at),
        ...target(probe.to, probe.port, topology, probe.at ?? at),
      ])
    case 'pending':
      return [...source(proof.from, topology, at), ...target(proof.to, proof.port, topology, at)]
    case 'http':
      return source(proof.from, topology, at)
    case 'labels':
    case 'ready':
      return topology.namespaces.some((namespace) => namespace.name === proof.namespace)
        ? []
        : [
            {
              location: at,
              message: `the track does not work in namespace ${proof.namespace}`,
              allowed: topology.namespaces.map((namespace) => namespace.name).join(', '),
            },
          ]
    case 'objects':
      return []
    default:
      return proof satisfies never
  }
}

function source(name: string, topology: Topology, at: Location): ContentIssue[] {
  const known = topology.sources.map((entry) => entry.name)
  return known.includes(name)
    ? []
    : [{ location: at, message: `"${name}" is not a source of this track`, allowed: known.join(', ') }]
}

/** A Service port that does not exist times out on a real cluster, which would pass for "blocked". */
function target(to: string, port: number | undefined, topology: Topology, at: Location): ContentIssue[] {
  if (to === 'dns')
    return port === undefined || port === 53
      ? []
      : [{ location: at, message: `DNS has no port ${port}`, allowed: '53' }]
  if (to.startsWith('pod:')) return source(to.slice(4), topology, at)
  const service = topology.services.find((entry) => entry.name === to)
  if (!service) return outside(to, topology, at)
  return port === undefined || port === service.port
    ? []
    : [
        {
          location: at,
          message: `Service ${to} has no port ${port}: a probe of it would time out and pass for blocked`,
          allowed: String(service.port),
        },
      ]
}

function outside(name: string, topology: Topology, at: Location): ContentIssue[] {
  if (topology.outside.includes(name)) return []
  const allowed = ['dns', 'pod:SOURCE', ...topology.services.map((entry) => entry.name), ...topology.outside].join(', ')
  return [{ location: at, message: `"${name}" is neither a service nor an outside name of this track`, allowed }]
}

function repeatedIds(stage: Stage): ContentIssue[] {
  const issues: ContentIssue[] = []
  for (const list of [stage.actions, stage.proofs]) {
    const seen = new Set<string>()
    for (const { id, at } of list) {
      if (seen.has(id)) issues.push({ location: at, message: `the id "${id}" is used twice in stage ${stage.id}` })
      seen.add(id)
    }
  }
  return issues
}

function lintWrite(stage: Stage, file: string): ContentIssue[] {
  const known = stage.actions.map((action) => action.id)
  return (stage.write?.instead ?? [])
    .filter((id) => !known.includes(id))
    .map((id) => ({
      location: { file, line: 1, column: 1 },
      message: `write.instead names "${id}", which is no action of stage ${stage.id}`,
      allowed: known.join(', '),
    }))
}
