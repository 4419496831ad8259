import type { Direction, KubeObject, RuleAction } from '../model.ts'
import { parseCidr } from '../net.ts'
import { defaultTier, type Entity, type PolicyReading, type Rule } from '../policy.ts'
import { parsePort } from '../ports.ts'
import { and } from '../selector/ast.ts'
import { namespaceScope, peerText, podSelector } from './kubernetes-policy.ts'
import { addPort, anyEntity, multiplyOut, type ProtocolPorts } from './kubernetes-rule.ts'

const actions: Readonly<Record<string, RuleAction>> = { Accept: 'Allow', Deny: 'Deny', Pass: 'Pass' }
const tiers: Readonly<Record<string, string>> = { Admin: 'kube-admin', Baseline: 'kube-baseline' }

/** ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2), as Calico converts it to a global policy. */
export function readClusterPolicy(object: KubeObject): PolicyReading {
  const spec = object.spec ?? {}
  const id = `kcnp:${object.metadata.name}`
  const notes: string[] = []
  const rules = (direction: Direction): Rule[] =>
    (Array.isArray(spec[direction]) ? spec[direction] : []).flatMap((rule: any, index: number) => {
      try {
        return readRule(rule ?? {}, direction, index)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        return failedRule(rule, direction, index, (text) => notes.push(`${id}: ${text}: ${error.message}`))
      }
    })
  const both = { ingress: rules('ingress'), egress: rules('egress') }
  const { namespaces, pods } = spec.subject ?? {}
  const policy = {
    id,
    prefix: 'kcnp' as const,
    sortKind: 'KubernetesClusterNetworkPolicy',
    name: object.metadata.name,
    namespace: '',
    tier: tiers[String(spec.tier)] ?? defaultTier,
    order: typeof spec.priority === 'number' ? spec.priority : 0,
    staged: false,
    selector: and([
      podSelector(namespaces ? undefined : pods?.podSelector),
      namespaceScope(namespaces ?? pods?.namespaceSelector),
    ])!,
    // Both tiers end with Pass, so a direction without rules has nothing to say.
    types: (['ingress', 'egress'] as const).filter((direction) => both[direction].length > 0),
    rules: both,
    hostOnly: false,
    object,
  }
  return { policy, notes }
}

/** An untranslatable Deny or Pass becomes deny-all, anything else is dropped. */
function failedRule(rule: any, direction: Direction, index: number, note: (text: string) => void): Rule[] {
  const closed = rule?.action === 'Deny' || rule?.action === 'Pass'
  note(`${direction} rule ${index + 1} cannot be translated and ${closed ? 'denies everything' : 'is left out'}`)
  return closed ? multiplyOut('Deny', direction, new Map([['', null]]), [anyEntity], index) : []
}

function readRule(rule: Record<string, any>, direction: Direction, index: number): Rule[] {
  const action = actions[String(rule.action)]
  if (!action) throw new RangeError(`action ${JSON.stringify(rule.action)}`)
  const written = rule[direction === 'ingress' ? 'from' : 'to']
  const peers = (Array.isArray(written) ? written : []).map((peer) => readPeer(peer ?? {}, direction))
  return multiplyOut(action, direction, readProtocols(rule.protocols), peers, index)
}

function readPeer(peer: Record<string, any>, direction: Direction): Entity {
  if (peer.pods) {
    return {
      ...anyEntity,
      selector: and([namespaceScope(peer.pods.namespaceSelector), podSelector(peer.pods.podSelector)]),
      written: peerText({ namespaceSelector: {}, ...peer.pods }),
    }
  }
  if (peer.namespaces) {
    return {
      ...anyEntity,
      selector: namespaceScope(peer.namespaces),
      written: peerText({ namespaceSelector: peer.namespaces }),
    }
  }
  if (direction === 'egress' && Array.isArray(peer.networks) && peer.networks.length > 0) {
    const nets = peer.networks.map((net: unknown) => {
      const cidr = parseCidr(String(net))
      if (!cidr) throw new RangeError(`network ${JSON.stringify(net)}`)
      return cidr
    })
    return { ...anyEntity, nets }
  }
  throw new RangeError('a peer without a supported field')
}

function readProtocols(entries: unknown): ProtocolPorts {
  const ports: ProtocolPorts = new Map()
  for (const entry of Array.isArray(entries) ? entries : []) {
    const protocol = (['tcp', 'udp', 'sctp'] as const).find((name) => entry?.[name] !== undefined)
    if (!protocol) {
      if (entry?.destinationNamedPort) throw new RangeError('named ports')
      return new Map([['', null]])
    }
    const { number, range } = entry[protocol]?.destinationPort ?? {}
    addPort(
      ports,
      protocol.toUpperCase(),
      number ? parsePort(number) : range ? parsePort(`${range.start}:${range.end}`) : null,
    )
  }
  if (ports.size === 0) ports.set('', null)
  return ports
}
