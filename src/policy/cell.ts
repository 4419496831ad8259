import { joinVerdicts } from './evaluate.ts'
import type { FlowVerdict, Trace } from './model.ts'
import type { AddressClass } from './registry.ts'
import { cachedSideTrace } from './side-cache.ts'
import type { SourceGroup } from './source-groups.ts'
import type { Target, TargetBackend } from './targets.ts'
import { outsideTrace } from './trace.ts'
import type { World } from './world.ts'

/** What becomes of a connection from a group of equal pods to a port of a Service. */
export interface Cell {
  verdict: FlowVerdict['verdict']
  egress: Trace
  ingress: Trace
  podPort: number
}

function undecidedCell(reason: string, port: number): Cell {
  const trace: Trace = { verdict: 'undecided', enforced: [], pending: [], undecided: reason }
  return { verdict: 'undecided', egress: trace, ingress: trace, podPort: port }
}

/** Undecided when the pods behind the Service are treated differently: it depends on which one answers. */
export function decideCell(world: World, source: SourceGroup, target: Target): Cell {
  if (target.missing !== null) return undecidedCell(target.missing, target.port)
  const [only] = target.backends
  if (only && target.backends.length === 1) return decideBackend(world, source, target, only)
  const cells = target.backends.map((backend) => decideBackend(world, source, target, backend))
  const [first] = cells
  if (!first) return undecidedCell('the addresses behind it cannot be read', target.port)
  if (cells.every(({ verdict }) => verdict === first.verdict)) return first
  const open = target.backends
    .filter((_backend, index) => cells[index]!.verdict === 'allow')
    .flatMap(({ pods }) => pods)
  const shut = target.backends.filter((_backend, index) => cells[index]!.verdict === 'deny').flatMap(({ pods }) => pods)
  return undecidedCell(
    `it depends on the pod that answers: ${open.join(', ')} open, ${shut.join(', ')} blocked`,
    first.podPort,
  )
}

function decideBackend(world: World, source: SourceGroup, target: Target, backend: TargetBackend): Cell {
  const flow = {
    protocol: target.protocolNumber,
    port: backend.podPort,
    source: sourceClass(source, backend),
    destination: backend.addressClass,
  }
  const egress = cachedSideTrace(world, source.one, 'egress', flow)
  const ingress = backend.endpoint ? cachedSideTrace(world, backend.endpoint, 'ingress', flow) : outsideTrace
  return { verdict: joinVerdicts(egress, ingress), egress, ingress, podPort: backend.podPort }
}

/** The source's address of the backend's family; a template has none and stands for both. */
function sourceClass({ addressClasses }: SourceGroup, { addressClass }: TargetBackend): AddressClass {
  return addressClasses.find(({ family }) => family === addressClass.family) ?? addressClasses[0]!
}

/** A group that is itself all there is behind the Service; Kubernetes implementations differ about such flows. */
export function isSelf(source: SourceGroup, target: Target): boolean {
  return (
    target.backends.length > 0 &&
    // Pods of a group are labelled equally: this tells nearly all others apart without a look at the pods.
    target.backends.every(({ endpoint }) => endpoint?.labelClass === source.one.labelClass) &&
    target.backends.every(({ pods }) => pods.every((pod) => source.endpoints.some(({ id }) => id === pod)))
  )
}
