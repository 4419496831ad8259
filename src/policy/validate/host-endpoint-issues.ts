import { parseCidrSyntax } from './cidr-syntax.ts'
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'
import { isPortName, supportsPorts } from './port-issues.ts'
import { nameTagIssue, protocolIssues } from './rule-issues.ts'

const interfaceName = /^[a-zA-Z0-9_.-]{1,15}$/

/** The Go validator's checks of a host endpoint's fields. */
export function hostEndpointIssues(spec: Record<string, any>): ValidationIssue[] {
  const issues = nameTagIssue(spec.node, 'Node', 'spec.node')
  const given = spec.interfaceName
  if (given && given !== '*' && !interfaceName.test(given))
    issues.push(tagIssue('InterfaceName', 'interface', given, 'spec.interfaceName'))
  for (const [index, address] of list(spec.expectedIPs).entries()) {
    const parsed = parseCidrSyntax(String(address))
    if (!parsed || parsed.length !== undefined)
      issues.push(tagIssue(`ExpectedIPs[${index}]`, 'ip', address, `spec.expectedIPs[${index}]`))
  }
  for (const [index, profile] of list(spec.profiles).entries())
    issues.push(...nameTagIssue(profile, `Profiles[${index}]`, `spec.profiles[${index}]`))
  for (const [index, port] of list(spec.ports).entries())
    issues.push(...portIssues((port ?? {}) as Record<string, any>, `spec.ports[${index}]`))
  return issues
}

function portIssues({ name = '', protocol = 0, port = 0 }: Record<string, any>, path: string): ValidationIssue[] {
  const issues = isPortName(name) ? [] : [tagIssue('Name', 'portName', name, `${path}.name`)]
  issues.push(...protocolIssues(protocol, `${path}.protocol`))
  if (port === 0) issues.push(tagIssue('Port', 'gt', port, `${path}.port`))
  if (!supportsPorts(protocol)) {
    const message = 'EndpointPort protocol does not support ports.'
    issues.push(structIssue('EndpointPort.Protocol', message, `${path}.protocol`))
  }
  return issues
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
