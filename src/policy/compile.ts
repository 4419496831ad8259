import type { Direction } from './model.ts'
import type { Policy, Rule } from './policy.ts'
import { isRange } from './ports.ts'
import type { EntityTest, Registry } from './registry.ts'

/** What of a rule does not fit into numbers: asked last, and only of rules that matched so far. */
export interface RuleRest {
  rule: Rule
  source: EntityTest | null
  destination: EntityTest | null
}

/** The rules of one policy and direction side by side, so that walking thousands of them is a walk over numbers. */
export interface CompiledRules {
  count: number
  /** -1: any. */
  protocol: Int16Array
  /** Hull of the numeric destination ports; -1 to 65535: not asked. */
  low: Int32Array
  high: Int32Array
  /** Entity test ids, -1: any address. */
  source: Int32Array
  destination: Int32Array
  isLog: Uint8Array
  rest: (RuleRest | null)[]
  rules: readonly Rule[]
}

export interface CompiledPolicy {
  policy: Policy
  ingress: CompiledRules
  egress: CompiledRules
}

export function compilePolicy(policy: Policy, registry: Registry): CompiledPolicy {
  return {
    policy,
    ingress: compileRules(policy.rules.ingress, 'ingress', registry),
    egress: compileRules(policy.rules.egress, 'egress', registry),
  }
}

function compileRules(rules: readonly Rule[], direction: Direction, registry: Registry): CompiledRules {
  const count = rules.length
  const compiled: CompiledRules = {
    count,
    protocol: new Int16Array(count).fill(-1),
    low: new Int32Array(count).fill(-1),
    high: new Int32Array(count).fill(65535),
    source: new Int32Array(count).fill(-1),
    destination: new Int32Array(count).fill(-1),
    isLog: new Uint8Array(count),
    rest: [],
    rules,
  }
  for (const [index, rule] of rules.entries()) {
    const allowsEgress = direction === 'egress' && rule.action === 'Allow'
    const source = registry.entityTest(rule.source, 'source', false)
    const destination = registry.entityTest(rule.destination, 'destination', allowsEgress)
    if (rule.protocol !== null) compiled.protocol[index] = rule.protocol
    if (source) compiled.source[index] = source.id
    if (destination) compiled.destination[index] = destination.id
    if (rule.action === 'Log') compiled.isLog[index] = 1
    const isHull = putPortHull(compiled, index, rule)
    compiled.rest.push(isHull && !needsRest(rule) ? null : { rule, source, destination })
  }
  return compiled
}

/** True when the hull says all about the destination ports. */
function putPortHull(compiled: CompiledRules, index: number, { destination: { ports } }: Rule): boolean {
  if (!ports) return true
  const ranges = ports.filter(isRange)
  if (ranges.length < ports.length) return false
  compiled.low[index] = Math.min(...ranges.map(({ first }) => first))
  compiled.high[index] = Math.max(...ranges.map(({ last }) => last))
  return ranges.length === 1
}

function needsRest({ ipVersion, protocol, notProtocol, icmp, notIcmp, source, destination, http }: Rule): boolean {
  return (
    ipVersion !== null ||
    protocol === 1 ||
    protocol === 58 ||
    notProtocol !== null ||
    icmp !== null ||
    notIcmp !== null ||
    http !== null ||
    source.ports !== null ||
    source.notPorts.length > 0 ||
    destination.notPorts.length > 0 ||
    destination.service !== null
  )
}
