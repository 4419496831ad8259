import { tryParseSelector } from '../selector/parse.ts'
import { parseCidrSyntax } from './cidr-syntax.ts'
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'

/** What a rule check needs to know of the policy around it. */
export interface RuleContext {
  direction: 'ingress' | 'egress'
  global: boolean
}

const protocolNames = new Set(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite'])
const portProtocols = new Set(['tcp', 'udp', 'sctp', '6', '17', '132'])
/** At least one letter: `8000-9000` is no name, and no range either. */
const portName = /^(?=.*[a-zA-Z])[a-zA-Z0-9_.-]{1,128}$/

type Entity = Record<string, any>

/** The Go validator's checks of one rule (`validateRule`, `validateEntityRule`, `validatePort`, `validateProtocol`). */
export function ruleIssues(rule: Record<string, any>, path: string, context: RuleContext): ValidationIssue[] {
  return [
    ...protocolIssues(rule.protocol, `${path}.protocol`, 'Protocol'),
    ...protocolIssues(rule.notProtocol, `${path}.notProtocol`, 'NotProtocol'),
    ...icmpIssues(rule.icmp, `${path}.icmp`),
    ...icmpIssues(rule.notICMP, `${path}.notICMP`),
    ...entityIssues(rule.source, `${path}.source`),
    ...entityIssues(rule.destination, `${path}.destination`),
    ...httpIssues(rule.http, `${path}.http`),
    ...portsNeedProtocol(rule, path),
    ...netIssues(rule, path),
    ...placementIssues(rule, path, context),
  ]
}

export function selectorIssue(value: unknown, field: string, path: string): ValidationIssue[] {
  if (typeof value !== 'string' || value === '') return []
  return 'error' in tryParseSelector(value) ? [tagIssue(field, 'selector', value, path)] : []
}

function protocolIssues(value: unknown, path: string, field: string): ValidationIssue[] {
  if (value === undefined || value === null) return []
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null
  if (number !== null) return number < 1 || number > 255 ? [structIssue(field, 'protocol number invalid', path)] : []
  return protocolNames.has(value as string) ? [] : [structIssue(field, 'protocol name invalid', path)]
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
  const issues: ValidationIssue[] = []
  for (const [field, name] of [
    ['nets', 'Nets'],
    ['notNets', 'NotNets'],
  ] as const) {
    for (const [index, net] of list(entity[field]).entries()) {
      const cidr = parseCidrSyntax(String(net))
      if (!cidr || cidr.hostBits) issues.push(tagIssue(`${name}[${index}]`, 'net', net, `${path}.${field}[${index}]`))
    }
  }
  issues.push(...selectorIssue(entity.selector, 'Selector', `${path}.selector`))
  issues.push(...selectorIssue(entity.namespaceSelector, 'NamespaceSelector', `${path}.namespaceSelector`))
  issues.push(...selectorIssue(entity.notSelector, 'NotSelector', `${path}.notSelector`))
  issues.push(...selectorIssue(entity.serviceAccounts?.selector, 'Selector', `${path}.serviceAccounts.selector`))
  for (const field of ['ports', 'notPorts'] as const) {
    for (const [index, port] of list(entity[field]).entries())
      issues.push(...portIssues(port, `${path}.${field}[${index}]`))
  }
  // global() stands alone: it is about things without a namespace.
  const namespaces = typeof entity.namespaceSelector === 'string' ? entity.namespaceSelector : ''
  if (namespaces.includes('global(') && namespaces.replaceAll(/\s/g, '') !== 'global()') {
    issues.push(
      structIssue(
        'NamespaceSelector field',
        'global() cannot be combined with other selectors',
        `${path}.namespaceSelector`,
      ),
    )
  }
  return issues
}

function portIssues(port: unknown, path: string): ValidationIssue[] {
  const range = typeof port === 'string' ? /^(\d+):(\d+)$/.exec(port) : null
  const numeric = typeof port === 'number' || (typeof port === 'string' && /^\d+$/.test(port))
  const outOfRange = 'port range invalid, port number must be between 1 and 65535'
  if (range) {
    const [first, last] = [Number(range[1]), Number(range[2])]
    if (first > last) return [structIssue('Port', 'port range invalid', path)]
    return first < 1 || last > 65535 ? [structIssue('Port', outOfRange, path)] : []
  }
  if (numeric) return Number(port) < 1 || Number(port) > 65535 ? [structIssue('Port', outOfRange, path)] : []
  return portName.test(String(port)) ? [] : [tagIssue('PortName', 'portName', port, path)]
}

/** Numeric ports need a protocol that has ports; a named port may stand without a protocol since v3.32. */
function portsNeedProtocol(rule: Record<string, any>, path: string): ValidationIssue[] {
  const { protocol } = rule
  // In any case of letters: a wrong spelling is the protocol's own mistake, not the ports'.
  if (portProtocols.has(String(protocol).toLowerCase())) return []
  const none = protocol === undefined || protocol === null
  const issues: ValidationIssue[] = []
  for (const side of ['source', 'destination'] as const) {
    for (const field of ['ports', 'notPorts'] as const) {
      const ports = list(rule[side]?.[field])
      if (ports.length === 0 || (none && ports.every(isNamedPort))) continue
      const message = none
        ? 'rules with numeric port or port range must set protocol to TCP or UDP or SCTP'
        : 'rules that specify ports must set protocol to TCP or UDP or SCTP'
      issues.push(
        structIssue(
          `${side === 'source' ? 'Source' : 'Destination'}.${field === 'ports' ? 'Ports' : 'NotPorts'}`,
          message,
          `${path}.${side}.${field}`,
        ),
      )
    }
  }
  return issues
}

function isNamedPort(port: unknown): boolean {
  return typeof port === 'string' && !/^\d+(:\d+)?$/.test(port)
}

/** CIDRs of one rule are of one family, and of the rule's own when it names one. */
function netIssues(rule: Record<string, any>, path: string): ValidationIssue[] {
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
        if (field === 'notNets' && cidr.length === 0) {
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

/** Where service and HTTP matches may stand. */
function placementIssues(
  rule: Record<string, any>,
  path: string,
  { direction, global }: RuleContext,
): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const wrong = direction === 'egress' ? 'source' : 'destination'
  if (rule[wrong]?.services) {
    issues.push(structIssue('Services', `not allowed in ${direction} rule ${wrong}`, `${path}.${wrong}.services`))
  }
  const right = direction === 'egress' ? 'destination' : 'source'
  const services = rule[right]?.services
  if (global && services && !services.namespace)
    issues.push(structIssue('Services', 'must specify a namespace', `${path}.${right}.services.namespace`))
  if (direction === 'egress' && rule.http) {
    issues.push(
      structIssue('HTTP', global ? 'not allowed in egress rules' : 'not allowed in egress rule', `${path}.http`),
    )
  }
  return issues
}

function httpIssues(http: Record<string, any> | undefined, path: string): ValidationIssue[] {
  if (!http) return []
  const issues: ValidationIssue[] = []
  const methods = list(http.methods)
  if (new Set(methods).size !== methods.length)
    issues.push(structIssue('Methods', `Invalid methods (duplicates): [${methods.join(' ')}]`, `${path}.methods`))
  for (const [index, entry] of list(http.paths).entries()) {
    const { exact, prefix } = (entry ?? {}) as Record<string, string>
    const at = `${path}.paths[${index}]`
    if (exact && prefix) issues.push(structIssue('Paths', "Invalid path match. Both 'exact' and 'prefix' are set", at))
    else if (!exact && !prefix)
      issues.push(structIssue('Paths', "Invalid path match. Either 'exact' or 'prefix' must be set", at))
    // RFC 3986: a path begins with a slash and holds neither query nor fragment nor space.
    else if (!/^\/[^?# ]*$/.test(exact || prefix!))
      issues.push(
        structIssue('Paths', `Invalid path ${exact || prefix}. (must start with '/' and not contain '?' or '#')`, at),
      )
  }
  return issues
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
