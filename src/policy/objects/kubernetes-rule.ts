import type { RuleAction } from '../model.ts'
import { parseCidr } from '../net.ts'
import type { Entity, Rule } from '../policy.ts'
import { type PortMatch, parsePort, simplifyPorts } from '../ports.ts'
import { protocolNumber } from '../protocol.ts'

export const anyEntity: Entity = {
  selector: null,
  notSelector: null,
  nets: null,
  notNets: [],
  ports: null,
  notPorts: [],
  service: null,
  domains: null,
  written: null,
}

/** Ports grouped by protocol name; a null list is every port, the empty name every protocol. */
export type ProtocolPorts = Map<string, PortMatch[] | null>

/** Adds one port entry; null ports stand for all ports of the protocol and stay so. */
export function addPort(ports: ProtocolPorts, protocol: string, port: PortMatch | null): void {
  const known = ports.get(protocol)
  if (port === null || known === null) ports.set(protocol, null)
  else ports.set(protocol, [...(known ?? []), port])
}

/** The Kubernetes form `{port, endPort, protocol}`; a port without protocol means TCP. */
export function readKubernetesPorts(entries: unknown): ProtocolPorts {
  const ports: ProtocolPorts = new Map()
  for (const entry of Array.isArray(entries) ? entries : []) {
    const written = entry?.port
    const text = entry?.endPort === undefined ? written : `${written}:${entry.endPort}`
    const port = written === undefined || written === null ? null : parsePort(text)
    // Calico fails to convert such a rule and leaves the rule out.
    if (written !== undefined && written !== null && !port) throw new RangeError(`port ${JSON.stringify(text)}`)
    addPort(ports, String(entry?.protocol ?? 'TCP'), port)
  }
  if (ports.size === 0) ports.set('', null)
  return ports
}

/** One rule per protocol and peer, protocols sorted: the rule numbers of Calico's traces count these. */
export function multiplyOut(
  action: RuleAction,
  direction: 'ingress' | 'egress',
  ports: ProtocolPorts,
  peers: readonly Entity[],
  written: number,
): Rule[] {
  const rules: Rule[] = []
  for (const protocol of [...ports.keys()].sort()) {
    const list = ports.get(protocol)
    const matches = list ? simplifyPorts(list) : null
    for (const peer of peers) {
      rules.push({
        action,
        ipVersion: null,
        protocol: protocol === '' ? null : protocolNumber(protocol),
        notProtocol: null,
        icmp: null,
        notIcmp: null,
        source: direction === 'ingress' ? peer : anyEntity,
        destination: { ...(direction === 'ingress' ? anyEntity : peer), ports: matches },
        http: null,
        written,
      })
    }
  }
  return rules
}

/** `{cidr, except}` of an ipBlock; an unreadable cidr widens to any address, as in Calico's conversion. */
export function ipBlockEntity(block: { cidr?: unknown; except?: unknown }): Entity {
  const net = parseCidr(String(block.cidr))
  if (!net) return anyEntity
  const except = Array.isArray(block.except) ? block.except : []
  return {
    ...anyEntity,
    nets: [net],
    notNets: except.map((text) => parseCidr(String(text))).filter((cidr) => cidr !== null),
  }
}
