import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'

/** As Calico compares them: other spellings are the protocol's own mistake. */
const portProtocols = new Set(['TCP', 'tcp', 'UDP', 'udp', 'SCTP', 'sctp', '6', '17', '132'])
const outOfRange = 'port range invalid, port number must be between 1 and 65535'

/** One port of a rule that could be decoded: a number, a numeric string, `first:last` or a name. */
export function portIssues(port: unknown, path: string): ValidationIssue[] {
  if (isNamedPort(port)) return isPortName(String(port)) ? [] : [tagIssue('PortName', 'portName', port, path)]
  const first = Number(String(port).split(':')[0])
  return first < 1 ? [structIssue('Port', outOfRange, path)] : []
}

function isNamedPort(port: unknown): boolean {
  return typeof port === 'string' && !/^\d+(:\d+)?$/.test(port)
}

/** The name of a container port (Kubernetes' IsValidPortName). */
export function isPortName(name: string): boolean {
  return /^(?=.*[a-z])(?!-)(?!.*--)[a-z0-9-]{1,15}(?<!-)$/.test(name)
}

/** Numeric ports need a protocol that has ports; a named port may stand without a protocol since v3.32. */
export function portsNeedProtocol(
  rule: Record<string, any>,
  path: string,
  { isOld }: { isOld: boolean },
): ValidationIssue[] {
  const { protocol } = rule
  const none = protocol === undefined || protocol === null
  if (!none && supportsPorts(protocol)) return []
  const issues: ValidationIssue[] = []
  for (const side of ['source', 'destination'] as const) {
    for (const field of ['ports', 'notPorts'] as const) {
      const ports = (rule[side]?.[field] ?? []) as unknown[]
      if (ports.length === 0 || (none && !isOld && ports.every(isNamedPort))) continue
      const message =
        none && !isOld
          ? 'rules with numeric port or port range must set protocol to TCP or UDP or SCTP'
          : 'rules that specify ports must set protocol to TCP or UDP or SCTP'
      const name = `${side === 'source' ? 'Source' : 'Destination'}.${field === 'ports' ? 'Ports' : 'NotPorts'}`
      issues.push(structIssue(name, message, `${path}.${side}.${field}`))
    }
  }
  return issues
}

export function supportsPorts(protocol: unknown): boolean {
  const text = String(protocol)
  return portProtocols.has(/^\d+$/.test(text) ? String(Number(text)) : text)
}
