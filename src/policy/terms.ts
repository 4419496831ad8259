import type { CompiledRules } from './compile.ts'
import { cidrText, portsText } from './describe.ts'
import { entityAnswer } from './entity-match.ts'
import type { Entity } from './policy.ts'
import { protocolName } from './protocol.ts'
import { type AddressClass, answerUnknown, answerYes, type Registry } from './registry.ts'
import { type Packet, type RestCriterion, restMiss } from './rule-match.ts'

/** One criterion of a rule, asked about a flow. */
export interface Term {
  matched: boolean
  /** `selector matched`, `port 8080 is not 5000`. */
  text: string
}

export interface TermNames {
  source: string
  destination: string
}

/** Every criterion a rule has, each with its answer: what a near miss is told from. */
export function ruleTerms(
  rules: CompiledRules,
  index: number,
  packet: Packet,
  registry: Registry,
  names: TermNames,
): Term[] {
  const rule = rules.rules[index]!
  const terms: Term[] = []
  if (rule.protocol !== null) {
    const matched = rule.protocol === packet.protocol
    const wanted = protocolName(rule.protocol)
    terms.push({
      matched,
      text: matched ? `protocol ${wanted} matched` : `protocol ${protocolName(packet.protocol)} is not ${wanted}`,
    })
  }
  terms.push(...addressTerms(rule.source, rules.source[index]!, 'source', packet.source, registry, names.source))
  terms.push(
    ...addressTerms(
      rule.destination,
      rules.destination[index]!,
      'destination',
      packet.destination,
      registry,
      names.destination,
    ),
  )
  const numeric = numericPortTerm(rules, index, packet)
  const rest = rules.rest[index]
  const missed = rest ? restMiss(rest, packet) : null
  if (missed !== null && !(numeric && !numeric.matched))
    terms.push({ matched: false, text: restText(missed, rule.destination, rule.source, packet) })
  else if (numeric) terms.push(numeric)
  return terms
}

function numericPortTerm(rules: CompiledRules, index: number, packet: Packet): Term | null {
  const { ports } = rules.rules[index]!.destination
  if (!ports) return null
  const inHull = packet.port >= rules.low[index]! && packet.port <= rules.high[index]!
  if (!inHull) return { matched: false, text: portMiss(packet.port, portsText(ports)) }
  return { matched: true, text: `port ${packet.port} matched` }
}

function portMiss(port: number, wanted: string): string {
  if (port < 0) return `the flow has no port, the rule wants ${wanted}`
  return `port ${port} is not ${wanted.replace(/^port(s?) /, (_all, plural) => (plural ? 'one of ' : ''))}: rules see the pod port`
}

function addressTerms(
  entity: Entity,
  testId: number,
  side: 'source' | 'destination',
  address: AddressClass,
  registry: Registry,
  name: string,
): Term[] {
  if (testId < 0) return []
  const test = registry.entityTests[testId]!
  const part = (change: Partial<typeof test>) => ({
    ...test,
    selector: null,
    notSelector: null,
    nets: null,
    notNets: null,
    service: null,
    domains: null,
    ...change,
  })
  const ask = (change: Partial<typeof test>) => entityAnswerOnce(part(change), address)
  const terms: Term[] = []
  const add = (answer: number, yes: string, no: string) => {
    const unknown = answer === answerUnknown
    terms.push({
      matched: answer === answerYes,
      text: unknown ? `the address of ${name} is not known` : answer === answerYes ? yes : no,
    })
  }
  const shown = entity.written ?? 'the selector'
  if (test.selector || test.notSelector) {
    const answer = ask({ selector: test.selector, notSelector: test.notSelector })
    const why = test.selector && address.owners.length === 0 ? `, and no pod or network set here has its address` : ''
    add(answer, `${side} selector matched`, `${side} ${name} is not ${shown}${why}`)
  }
  if (test.nets) {
    const list = entity.nets!.map(cidrText).join(', ')
    add(ask({ nets: test.nets }), `${side} network matched`, `${side} ${name} is not in ${list}`)
  }
  if (test.notNets) {
    const list = entity.notNets.map(cidrText).join(', ')
    add(
      ask({ notNets: test.notNets }),
      `${side} is outside ${list}`,
      `${side} ${name} is in ${list}, which the rule leaves out`,
    )
  }
  if (test.service !== null)
    add(
      ask({ service: test.service }),
      `${side} service matched`,
      `${side} ${name} is no endpoint of service ${test.service}`,
    )
  if (test.domains) {
    add(
      ask({ domains: test.domains }),
      'domain matched',
      `${side} ${name} was not resolved from ${test.domains.join(' or ')}`,
    )
  }
  return terms
}

/** Asked of a part of a test, so nothing may be remembered under the whole test's number. */
function entityAnswerOnce(test: Parameters<typeof entityAnswer>[0], address: AddressClass): number {
  return entityAnswer(test, { ...address, answers: new Uint8Array(test.id + 1) })
}

function restText(missed: RestCriterion, destination: Entity, source: Entity, packet: Packet): string {
  const protocol = protocolName(packet.protocol)
  switch (missed) {
    case 'ipVersion':
      return `the flow is IPv${packet.destination.family ?? packet.source.family ?? 4}, which the rule is not about`
    case 'notProtocol':
      return `the rule leaves ${protocol} out`
    case 'icmp':
      return 'the ICMP type or code is another'
    case 'notICMP':
      return 'the rule leaves this ICMP type and code out'
    case 'ports':
      return portMiss(packet.port, portsText(destination.ports ?? []))
    case 'notPorts':
      return `port ${packet.port} is among those the rule leaves out (${portsText(destination.notPorts)})`
    case 'sourcePorts':
      return packet.sourcePort < 0
        ? `the rule wants source ${portsText(source.ports ?? [])}; clients use a random one`
        : `source port ${packet.sourcePort} is not ${portsText(source.ports ?? [])}`
    case 'notSourcePorts':
      return `source port ${packet.sourcePort} is among those the rule leaves out`
    case 'services':
      return serviceMissText(destination.service ?? '', packet)
    case 'http':
      return 'HTTP method or path is another'
  }
}

function serviceMissText(service: string, packet: Packet): string {
  if (service.startsWith('/')) return `service ${service.slice(1)} is given without a namespace, so it matches nothing`
  return packet.destination.services.has(service)
    ? `port ${packet.port} is not a port of service ${service}`
    : `the destination is no endpoint of service ${service}`
}
