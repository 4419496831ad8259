import type { Direction } from './model.ts'
import type { Cidr } from './net.ts'
import type { Entity, HttpMatch, IcmpMatch, Rule } from './policy.ts'
import { type PortMatch, portText } from './ports.ts'
import { protocolName } from './protocol.ts'

/** A rule as one line: `Allow TCP from app == "frontend" to port 7070`. */
export function describeRule(rule: Rule, direction: Direction): string {
  const { action, protocol, notProtocol, ipVersion, icmp, notIcmp, http } = rule
  const source = describeEntity(rule.source)
  const destination = describeEntity(rule.destination)
  const parts = [
    action,
    protocol === null ? null : protocolName(protocol),
    notProtocol === null ? null : `not ${protocolName(notProtocol)}`,
    ipVersion === null ? null : `IPv${ipVersion}`,
    icmp && icmpText(icmp),
    notIcmp && `not ${icmpText(notIcmp)}`,
    source ? `from ${source}` : direction === 'ingress' ? 'from anywhere' : null,
    destination ? `to ${destination}` : direction === 'egress' ? 'to anywhere' : null,
    http && httpText(http),
  ]
  return parts.filter((part) => part !== null).join(' ')
}

/** Null when the entity asks nothing. */
function describeEntity(entity: Entity): string | null {
  const { written, nets, notNets, service, domains, ports, notPorts } = entity
  const parts = [
    written,
    service === null ? null : `service ${service.replace(/^\//, '')}`,
    domains === null ? null : domains.join(' or '),
    nets === null ? null : nets.map(cidrText).join(' or ') || 'no valid network',
    notNets.length > 0 ? `outside ${notNets.map(cidrText).join(' and ')}` : null,
    ports === null ? null : portsText(ports),
    notPorts.length > 0 ? `not ${portsText(notPorts)}` : null,
  ]
  const text = parts.filter((part) => part !== null).join(' ')
  return text === '' ? null : text
}

export function portsText(ports: readonly PortMatch[]): string {
  return `port${ports.length > 1 ? 's' : ''} ${ports.map(portText).join(', ')}`
}

export function cidrText(cidr: Cidr): string {
  return cidr.text
}

function icmpText({ type, code }: IcmpMatch): string {
  return [type === undefined ? null : `type ${type}`, code === undefined ? null : `code ${code}`]
    .filter((part) => part !== null)
    .join(' ')
}

function httpText({ methods, paths }: HttpMatch): string {
  const routes = paths.map(({ exact, prefix }) => exact ?? `${prefix}...`)
  return `if HTTP ${[methods.join('/'), routes.join(' or ')].filter((part) => part !== '').join(' ')}`
}
