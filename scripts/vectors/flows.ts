import { evaluate } from '../../src/policy/evaluate.ts'
import type { EndpointSpec, Flow, Peer, Trace, TraceEntry } from '../../src/policy/model.ts'
import { createWorld } from '../../src/policy/world.ts'
import { expectSame, type Mismatch } from './compare.ts'

/** A case of policy-eval, worlds or k8s-netpol: every flow's verdict, and its traces where they are given. */
export function checkFlows(test: any): Mismatch {
  const ids = new Map<string, string>()
  const endpoints = test.endpoints.map((given: any): EndpointSpec => {
    const id = `${given.namespace}/${given.name}`
    ids.set(given.name, id)
    return { id, ...given, ...(test.noProfile || given.noProfile ? { noProfile: true } : {}) }
  })
  const world = createWorld(test.resources, { endpoints, complete: true })
  for (const [index, given] of test.flows.entries()) {
    const flow = toFlow(given, ids)
    const mismatch = checkFlow(given, evaluate(world, flow))
    if (mismatch) return { expected: { flow: index, ...given, expected: mismatch.expected }, actual: mismatch.actual }
  }
  return null
}

function toFlow(given: any, ids: ReadonlyMap<string, string>): Flow {
  const peer = (name: string, ip?: string): Peer => {
    const id = ids.get(name) ?? (name.includes('/') && [...ids.values()].includes(name) ? name : undefined)
    return id ? { kind: 'endpoint', id, ...(ip ? { ip } : {}) } : { kind: 'ip', ip: name }
  }
  const { protocol, port, sourcePort, icmpType, icmpCode, http } = given
  return JSON.parse(
    JSON.stringify({
      from: peer(given.from, given.fromIp),
      to: peer(given.to, given.toIp),
      protocol,
      port,
      sourcePort,
      icmpType,
      icmpCode,
      http,
    }),
  )
}

function checkFlow(given: any, result: ReturnType<typeof evaluate>): Mismatch {
  const sides = given.direction ? [given.direction as 'ingress' | 'egress'] : (['egress', 'ingress'] as const)
  const join = (verdicts: string[]) => (verdicts.every((verdict) => verdict === 'allow') ? 'allow' : 'deny')
  const verdict = given.direction ? result[sides[0]!].verdict : result.verdict
  if (verdict !== given.expected) return { expected: given.expected, actual: { verdict, ...tracesOf(result) } }
  for (const side of ['egress', 'ingress'] as const) {
    for (const kind of ['enforced', 'pending'] as const) {
      const wanted = given[side]?.[kind]
      if (wanted && !sameTrace(wanted, result[side][kind])) {
        return { expected: { [side]: { [kind]: wanted } }, actual: { [side]: { [kind]: result[side][kind] } } }
      }
    }
  }
  if (given.pendingExpected === undefined) return null
  return expectSame(given.pendingExpected, join(sides.map((side) => pendingOf(result[side]))))
}

function pendingOf(trace: Trace): string {
  return trace.pendingVerdict ?? trace.verdict
}

function tracesOf({ egress, ingress }: ReturnType<typeof evaluate>): object {
  return { egress: egress.enforced, ingress: ingress.enforced, undecided: egress.undecided ?? ingress.undecided }
}

/** A null policy is any policy of that tier. */
function sameTrace(wanted: any[], found: readonly TraceEntry[]): boolean {
  return (
    wanted.length === found.length &&
    wanted.every(({ tier, policy, action, rule }, index) => {
      const entry = found[index]!
      const sameAction = String(action).toLowerCase() === entry.action.toLowerCase()
      return tier === entry.tier && sameAction && rule === entry.rule && (policy === null || policy === entry.policy)
    })
  )
}
