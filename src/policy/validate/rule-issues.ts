import { tryParseSelector } from '../selector/parse.ts'
import { parseCidrSyntax } from './cidr-syntax.ts'
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'
import { keyProblem } from './metadata.ts'
import { oldEntityIssues, oldIcmpIssues, oldProtocolIssues, oldRuleFieldIssues, oldRuleIssues } from './old-issues.ts'
import { portIssues, portsNeedProtocol } from './port-issues.ts'

/** What Calico has protocols by (numorstring.Protocol). */
const protocolNames = new Set(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite'])
const resourceName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

type Entity = Record<string, any>

/**
 * The Go validator's checks of one rule, in its order: the fields as the struct has them, each with its own struct's checks, and last those
 * of the rule (`validateRule`).
 */
export function ruleIssues(rule: Record<string, any>, path: string, { isOld }: { isOld: boolean }): ValidationIssue[] {
  const entity = (side: 'source' | 'destination') => [
    ...entityIssues(rule[side], `${path}.${side}`),
    ...(isOld && rule[side] ? oldEntityIssues(rule[side], `${path}.${side}`) : []),
  ]
  const icmp = (field: 'icmp' | 'notICMP') => [
    ...icmpIssues(rule[field], `${path}.${field}`),
    ...(isOld ? oldIcmpIssues(rule[field], `${path}.${field}`) : []),
  ]
  return [
    ...(isOld ? oldRuleFieldIssues(rule, path) : []),
    ...protocolIssues(rule.protocol, `${path}.protocol`),
    ...icmp('icmp'),
    ...protocolIssues(rule.notProtocol, `${path}.notProtocol`),
    ...icmp('notICMP'),
    ...entity('source'),
    ...entity('destination'),
    ...httpIssues(rule.http, `${path}.http`),
    ...annotationIssues(rule.metadata, `${path}.metadata`),
    ...portsNeedProtocol(rule, path, { isOld }),
    ...(isOld ? oldProtocolIssues(rule, path) : []),
    ...netIssues(rule, path, { isOld }),
    ...(isOld ? oldRuleIssues(rule, path) : []),
  ]
}

export function selectorIssue(value: unknown, field: string, path: string): ValidationIssue[] {
  if (typeof value !== 'string' || value === '') return []
  return 'error' in tryParseSelector(value) ? [tagIssue(field, 'selector', value, path)] : []
}

/** The tag `name`: a name as Kubernetes objects have it. */
export function nameTagIssue(value: unknown, field: string, path: string): ValidationIssue[] {
  if (typeof value !== 'string' || value === '' || resourceName.test(value)) return []
  return [tagIssue(field, 'name', value, path)]
}

/** A number in quotes is a number; one that is no byte is a name, and no known one. Negated ones are reported under the same field. */
export function protocolIssues(value: unknown, path: string): ValidationIssue[] {
  if (value === undefined || value === null) return []
  const text = String(value)
  if (/^\d+$/.test(text) && Number(text) <= 255)
    return Number(text) === 0 ? [structIssue('Protocol', 'protocol number invalid', path)] : []
  return protocolNames.has(text) ? [] : [structIssue('Protocol', 'protocol name invalid', path)]
}

function icmpIssues(icmp: Record<string, any> | undefined, path: string): ValidationIssue[] {
  if (!icmp) return []
  const range = (field: 'type' | 'code', most: number): ValidationIssue[] => {
    const value = icmp[field]
    if (typeof value !== 'number') return []
    const name = field === 'type' ? 'Type' : 'Code'
    if (value < 0) return [tagIssue(name, 'gte', value, `${path}.${field}`)]
    return value > most ? [tagIssue(name, 'lte', value, `${path}.${field}`)] : []
  }
  return [...range('type', 254), ...range('code', 255)]
}

function entityIssues(entity: Entity | undefined, path: string): ValidationIssue[] {
  if (!entity) return []
  const nets = (field: 'nets' | 'notNets', name: string) =>
    list(entity[field]).flatMap((net, index) => {
      const cidr = parseCidrSyntax(String(net))
      return cidr && !cidr.hostBits ? [] : [tagIssue(`${name}[${index}]`, 'net', net, `${path}.${field}[${index}]`)]
    })
  const ports = (field: 'ports' | 'notPorts') =>
    list(entity[field]).flatMap((port, index) => portIssues(port, `${path}.${field}[${index}]`))
  const issues = [
    ...nets('nets', 'Nets'),
    ...selectorIssue(entity.selector, 'Selector', `${path}.selector`),
    ...selectorIssue(entity.namespaceSelector, 'NamespaceSelector', `${path}.namespaceSelector`),
    ...nameTagIssue(entity.services?.name, 'Name', `${path}.services.name`),
    ...nameTagIssue(entity.services?.namespace, 'Namespace', `${path}.services.namespace`),
    ...ports('ports'),
    ...nets('notNets', 'NotNets'),
    ...selectorIssue(entity.notSelector, 'NotSelector', `${path}.notSelector`),
    ...ports('notPorts'),
    ...selectorIssue(entity.serviceAccounts?.selector, 'Selector', `${path}.serviceAccounts.selector`),
  ]
  // global() stands alone: it is about things without a namespace.
  const namespaces = typeof entity.namespaceSelector === 'string' ? entity.namespaceSelector : ''
  if (namespaces.includes('global(') && namespaces.replaceAll(/\s/g, '') !== 'global()') {
    const at = `${path}.namespaceSelector`
    issues.push(structIssue('NamespaceSelector field', 'global() cannot be combined with other selectors', at))
  }
  return issues
}

/** CIDRs of one rule are of one family, and of the rule's own when it names one. */
function netIssues(rule: Record<string, any>, path: string, { isOld }: { isOld: boolean }): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const seen = new Set<4 | 6>()
  for (const side of ['source', 'destination'] as const) {
    for (const field of ['nets', 'notNets'] as const) {
      const name = `${side === 'source' ? 'Source' : 'Destination'}.${field === 'nets' ? 'Nets' : 'NotNets'}`
      const here = new Set<4 | 6>()
      for (const [index, net] of list(rule[side]?.[field]).entries()) {
        const cidr = parseCidrSyntax(String(net))
        const at = `${path}.${side}.${field}[${index}]`
        if (!cidr || cidr.length === undefined) {
          issues.push(structIssue(name, 'invalid CIDR', at))
          continue
        }
        here.add(cidr.version)
        if (!isOld && field === 'notNets' && cidr.length === 0) {
          issues.push(
            structIssue(name, 'catch-all CIDR in negation creates logical contradiction (matches no traffic)', at),
          )
        }
      }
      const at = `${path}.${side}.${field}`
      if (rule.ipVersion && [...here].some((version) => version !== rule.ipVersion)) {
        issues.push(structIssue(name, "rule IP version doesn't match CIDR version", at))
      }
      if (new Set([...seen, ...here]).size > 1 && here.size > 0)
        issues.push(structIssue(name, 'rule contains both IPv4 and IPv6 CIDRs', at))
      for (const version of here) seen.add(version)
    }
  }
  return issues
}

/** Only the first path that is wrong is told. */
function httpIssues(http: Record<string, any> | undefined, path: string): ValidationIssue[] {
  if (!http) return []
  const issues: ValidationIssue[] = []
  const methods = list(http.methods)
  if (new Set(methods).size !== methods.length)
    issues.push(structIssue('Methods', `Invalid methods (duplicates): [${methods.join(' ')}]`, `${path}.methods`))
  for (const [index, entry] of list(http.paths).entries()) {
    const problem = pathProblem((entry ?? {}) as Record<string, string>)
    if (problem) return [...issues, structIssue('Paths', problem, `${path}.paths[${index}]`)]
  }
  return issues
}

function pathProblem({ exact, prefix }: Record<string, string | undefined>): string | null {
  if (exact && prefix) return "Invalid path match. Both 'exact' and 'prefix' are set"
  const path = exact || prefix
  if (!path) return "Invalid path match. Either 'exact' or 'prefix' must be set"
  // RFC 3986: a path begins with a slash and holds neither query nor fragment nor space. The parenthesis is Calico's.
  return /^\/[^?# ]*$/.test(path) ? null : `Invalid path ${path}. (must start with \`/\` and not contain \`?\` or \`#\``
}

function annotationIssues(metadata: Record<string, any> | undefined, path: string): ValidationIssue[] {
  return Object.keys(metadata?.annotations ?? {}).flatMap((key) => {
    const problem = keyProblem(key.toLowerCase())
    return problem ? [structIssue('Metadata.Annotations (key)', problem, `${path}.annotations.${key}`)] : []
  })
}

/** Where service and HTTP matches may stand: asked last of a whole policy, egress first. */
export function placementIssues(spec: Record<string, any>, { global }: { global: boolean }): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const rules = (direction: 'ingress' | 'egress') =>
    list(spec[direction]).map((rule, index) => ({
      rule: (rule ?? {}) as Entity,
      path: `spec.${direction}[${index}]`,
    }))
  for (const { rule, path } of rules('egress')) {
    if (rule.source?.services)
      issues.push(structIssue('Services', 'not allowed in egress rule source', `${path}.source.services`))
    if (rule.http)
      issues.push(structIssue('HTTP', `not allowed in egress ${global ? 'rules' : 'rule'}`, `${path}.http`))
  }
  for (const { rule, path } of rules('ingress')) {
    if (rule.destination?.services)
      issues.push(structIssue('Services', 'not allowed in ingress rule destination', `${path}.destination.services`))
  }
  if (!global) return issues
  for (const [direction, side] of [
    ['egress', 'destination'],
    ['ingress', 'source'],
  ] as const) {
    for (const { rule, path } of rules(direction)) {
      const services = rule[side]?.services
      if (services && !services.namespace)
        issues.push(structIssue('Namespace', 'must specify a namespace', `${path}.${side}.services.namespace`))
    }
  }
  return issues
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
