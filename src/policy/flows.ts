import { decideCell, isSelf } from './cell.ts'
import type { Endpoint } from './endpoint.ts'
import { type SourceGroup, sourceGroups } from './source-groups.ts'
import { serviceTargets, type Target } from './targets.ts'
import type { FlowRow, FlowsView } from './views.types.ts'
import type { World } from './world.ts'

export interface FlowsOptions {
  sources?: (endpoint: Endpoint) => boolean
  services?: (service: { namespace: string; name: string }) => boolean
  /** What the last probe of a source and target (their labels) found. */
  seen?: (source: string, target: string) => string | null
  /** After the declared flows, those that are open, or were seen open, and nobody declares. */
  undeclared?: boolean
}

/**
 * Who talks to whom by the workloads' own words: a variable whose value is the address of a Service
 * (`CART_SERVICE_ADDR=cartservice:7070`) declares a flow. Each with what policy makes of it and what probes saw.
 */
export function flowsView(world: World, options: FlowsOptions = {}): FlowsView {
  const targets = serviceTargets(world, options.services)
  const notes: string[] = []
  const rows: FlowRow[] = []
  const others: FlowRow[] = []
  const toRow = (source: SourceGroup, target: Target, variables: string | null): FlowRow => {
    const { verdict, podPort } = decideCell(world, source, target)
    return {
      from: source.label,
      to: target.label,
      port: target.port,
      podPort,
      declared: variables,
      allowed: verdict === 'allow' ? 'open' : verdict === 'deny' ? 'blocked' : 'undecided',
      seen: options.seen?.(source.label, target.label) ?? null,
    }
  }
  for (const source of sourceGroups(world, options.sources)) {
    const declared = new Map<Target, string[]>()
    for (const { name, value } of source.one.env) {
      const found = declaredTarget(targets, source.namespace, value)
      if (!found) continue
      if ('missing' in found) notes.push(`${source.label}: ${name}=${value} names ${found.missing}`)
      else declared.set(found.target, [...(declared.get(found.target) ?? []), name])
    }
    for (const [target, variables] of declared) rows.push(toRow(source, target, variables.join(', ')))
    for (const target of options.undeclared ? targets : []) {
      if (declared.has(target) || isSelf(source, target)) continue
      const row = toRow(source, target, null)
      if (row.allowed === 'open' || row.seen === 'open') others.push(row)
    }
  }
  return { rows: [...rows, ...others], notes: [...new Set([...notes, ...world.notes])] }
}

const address =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)?)?:(\d{1,5})(?:\/.*)?$/

/** Null when the value is no address of a Service known here. */
function declaredTarget(
  targets: readonly Target[],
  ownNamespace: string,
  value: string,
): { target: Target } | { missing: string } | null {
  const found = address.exec(value.trim())
  if (!found) return null
  const [, service, namespace = ownNamespace, port] = found
  const ofService = targets.filter((target) => target.service === service && target.namespace === namespace)
  if (ofService.length === 0) return null
  const target = ofService.find((candidate) => candidate.port === Number(port))
  return target ? { target } : { missing: `port ${port}, which Service ${service} does not have` }
}
