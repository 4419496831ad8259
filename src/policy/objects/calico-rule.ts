import type { KubeObject, RuleAction } from '../model.ts'
import { type Cidr, parseCidr } from '../net.ts'
import type { Entity, HttpMatch, IcmpMatch, Rule } from '../policy.ts'
import { type PortMatch, parsePort } from '../ports.ts'
import { protocolNumber } from '../protocol.ts'
import { and, equals, has, not, oneOf, type SelectorNode } from '../selector/ast.ts'
import { tryParseSelector } from '../selector/parse.ts'
import { prefixSelector, rewriteLeaves } from '../selector/rewrite.ts'

export const labelNamespace = 'projectcalico.org/namespace'
export const labelServiceAccount = 'projectcalico.org/serviceaccount'
export const labelOrchestrator = 'projectcalico.org/orchestrator'

/** Calico (felix validation_filter) treats a policy holding such a thing as missing. */
export class UnusableRule extends Error {}

const actions: Readonly<Record<string, RuleAction>> = {
  allow: 'Allow',
  deny: 'Deny',
  log: 'Log',
  pass: 'Pass',
  'next-tier': 'Pass',
}

/** A rule of a Calico policy in `namespace` ('' for global kinds). Throws UnusableRule. */
export function readRule(rule: KubeObject['spec'], namespace: string, written: number): Rule {
  const { action, ipVersion, protocol, notProtocol, icmp, notICMP, source, destination, http } = rule ?? {}
  const known = actions[String(action).toLowerCase()]
  if (!known) throw new UnusableRule(`unknown action ${JSON.stringify(action)}`)
  return {
    action: known,
    ipVersion: ipVersion === 4 || ipVersion === 6 ? ipVersion : null,
    protocol: readProtocol(protocol),
    notProtocol: readProtocol(notProtocol),
    icmp: readIcmp(icmp),
    notIcmp: readIcmp(notICMP),
    source: readEntity(source ?? {}, namespace),
    destination: readEntity(destination ?? {}, namespace),
    http: readHttp(http),
    written,
  }
}

function readProtocol(protocol: unknown): number | null {
  if (protocol === undefined || protocol === null) return null
  const number = protocolNumber(protocol as string | number)
  if (number === null) throw new UnusableRule(`unknown protocol ${JSON.stringify(protocol)}`)
  return number
}

function readIcmp(icmp: { type?: unknown; code?: unknown } | undefined | null): IcmpMatch | null {
  if (!icmp || (icmp.type === undefined && icmp.code === undefined)) return null
  return {
    ...(typeof icmp.type === 'number' ? { type: icmp.type } : {}),
    ...(typeof icmp.code === 'number' ? { code: icmp.code } : {}),
  }
}

function readHttp(http: { methods?: unknown; paths?: unknown } | undefined | null): HttpMatch | null {
  if (!http) return null
  return {
    methods: Array.isArray(http.methods) ? http.methods.map(String) : [],
    paths: Array.isArray(http.paths) ? http.paths : [],
  }
}

function readEntity(entity: Record<string, any>, namespace: string): Entity {
  const { nets, notNets, ports, notPorts, services, domains, notSelector } = entity
  return {
    selector: effectiveEntitySelector(entity, namespace),
    notSelector: notSelector ? usableSelector(notSelector) : null,
    nets: Array.isArray(nets) && nets.length > 0 ? readNets(nets) : null,
    notNets: Array.isArray(notNets) ? readNets(notNets) : [],
    ports: Array.isArray(ports) && ports.length > 0 ? readPorts(ports) : null,
    notPorts: Array.isArray(notPorts) ? readPorts(notPorts) : [],
    service: services?.name ? `${services.namespace ?? ''}/${services.name}` : null,
    domains: Array.isArray(domains) && domains.length > 0 ? domains.map(String) : null,
    written: writtenText(entity),
  }
}

function writtenText({
  selector,
  notSelector,
  namespaceSelector,
  serviceAccounts,
}: Record<string, any>): string | null {
  const names = Array.isArray(serviceAccounts?.names) ? serviceAccounts.names : []
  const parts = [
    selector ? String(selector) : null,
    notSelector ? `not (${notSelector})` : null,
    names.length > 0 ? `service account ${names.join(' or ')}` : null,
    serviceAccounts?.selector ? `service accounts with ${serviceAccounts.selector}` : null,
    namespaceSelector ? namespaceText(String(namespaceSelector)) : null,
  ]
  const text = parts.filter((part) => part !== null).join(' ')
  return text === '' ? null : text
}

function namespaceText(selector: string): string {
  if (selector.trim() === 'all()') return 'in any namespace'
  return selector.trim() === 'global()' ? 'outside namespaces' : `in namespaces with ${selector}`
}

/**
 * The one selector an entity comes down to (Calico: GetEntityRuleSelector). A namespaced policy is limited to its own
 * namespace as soon as any selector field is used, notSelector too; a namespaceSelector replaces that limit. A
 * namespaceSelector or service account selector that does not parse is dropped, which widens the rule.
 */
export function effectiveEntitySelector(entity: Record<string, any>, namespace: string): SelectorNode | null {
  const { selector, notSelector, namespaceSelector, serviceAccounts } = entity
  const accounts = serviceAccounts ? serviceAccountSelector(serviceAccounts) : null
  const own = selector ? usableSelector(selector) : null
  const scope = namespaceSelector
    ? namespaceScope(namespaceSelector)
    : namespace !== ''
      ? equals(labelNamespace, namespace)
      : null
  const criteria = and([accounts, own])
  return criteria || notSelector || namespaceSelector ? and([scope, criteria]) : null
}

function serviceAccountSelector(accounts: { names?: unknown; selector?: unknown }): SelectorNode | null {
  const names = Array.isArray(accounts.names) ? accounts.names.map(String) : []
  return and([
    accounts.selector ? prefixed(String(accounts.selector), 'pcsa.') : null,
    names.length > 0 ? oneOf(labelServiceAccount, names) : null,
  ])
}

/** `all()` = anything that has a namespace, `global()` = only what has none. */
function namespaceScope(text: string): SelectorNode | null {
  const scope = prefixed(String(text), 'pcns.')
  return scope && rewriteLeaves(scope, namespaceLeaf)
}

export function namespaceLeaf(leaf: SelectorNode): SelectorNode {
  if (leaf.kind === 'all') return has(labelNamespace)
  return leaf.kind === 'global' ? not(has(labelNamespace)) : leaf
}

/** Null when the text does not parse. */
export function prefixed(text: string, prefix: string): SelectorNode | null {
  const parsed = tryParseSelector(text)
  return 'node' in parsed ? prefixSelector(parsed.node, prefix) : null
}

function usableSelector(text: unknown): SelectorNode {
  const parsed = tryParseSelector(String(text))
  if ('error' in parsed) throw new UnusableRule(`selector ${JSON.stringify(text)}: ${parsed.error.message}`)
  return parsed.node
}

function readNets(nets: unknown[]): Cidr[] {
  return nets.map((net) => parseCidr(String(net))).filter((net) => net !== null)
}

function readPorts(ports: unknown[]): PortMatch[] {
  return ports.map((port) => {
    const parsed = parsePort(port)
    if (!parsed) throw new UnusableRule(`port ${JSON.stringify(port)}`)
    return parsed
  })
}
