import type { Direction, KubeObject } from '../model.ts'
import {
  defaultTier,
  type Entity,
  kubernetesPolicyOrder,
  type Policy,
  type PolicyReading,
  type Rule,
} from '../policy.ts'
import { and, equals, type SelectorNode } from '../selector/ast.ts'
import { fromLabelSelector } from '../selector/from-label-selector.ts'
import { printSelector } from '../selector/print.ts'
import { prefixSelector, rewriteLeaves } from '../selector/rewrite.ts'
import { labelNamespace, labelOrchestrator, namespaceLeaf } from './calico-rule.ts'
import { anyEntity, ipBlockEntity, multiplyOut, readKubernetesPorts } from './kubernetes-rule.ts'
import { toDirections, typesOf } from './types.ts'

/** NetworkPolicy of `networking.k8s.io`, and Calico's StagedKubernetesNetworkPolicy, as Calico converts them. */
export function readKubernetesPolicy(object: KubeObject): PolicyReading {
  const staged = object.kind === 'StagedKubernetesNetworkPolicy'
  const spec = object.spec ?? {}
  const namespace = object.metadata.namespace ?? 'default'
  const { name } = object.metadata
  const prefix = staged ? 'sknp' : 'knp'
  const id = `${prefix}:${namespace}/${name}`
  if (staged && spec.stagedAction && spec.stagedAction !== 'Set') return { policy: null, notes: [] }
  const notes: string[] = []
  const rules = (direction: Direction): Rule[] =>
    (Array.isArray(spec[direction]) ? spec[direction] : []).flatMap((rule: any, index: number) => {
      try {
        return readRule(rule ?? {}, direction, namespace, index)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        notes.push(`${id}: ${direction} rule ${index + 1} is left out: ${error.message} cannot be read`)
        return []
      }
    })
  const policy: Policy = {
    id,
    prefix,
    sortKind: staged ? 'StagedKubernetesNetworkPolicy' : 'KubernetesNetworkPolicy',
    name,
    namespace,
    tier: defaultTier,
    order: kubernetesPolicyOrder,
    staged,
    selector: and([podSelector(spec.podSelector), equals(labelNamespace, namespace)])!,
    types: toDirections(typesOf('KubernetesNetworkPolicy', spec)),
    rules: { ingress: rules('ingress'), egress: rules('egress') },
    hostOnly: false,
    object,
  }
  return { policy, notes }
}

function readRule(rule: Record<string, any>, direction: Direction, namespace: string, index: number): Rule[] {
  const written = rule[direction === 'ingress' ? 'from' : 'to']
  const peers =
    Array.isArray(written) && written.length > 0 ? written.map((peer) => readPeer(peer ?? {}, namespace)) : [anyEntity]
  return multiplyOut('Allow', direction, readKubernetesPorts(rule.ports), peers, index)
}

function readPeer(peer: Record<string, any>, namespace: string): Entity {
  if (peer.ipBlock) return ipBlockEntity(peer.ipBlock)
  const scope = peer.namespaceSelector ? namespaceScope(peer.namespaceSelector) : equals(labelNamespace, namespace)
  return { ...anyEntity, selector: and([scope, podSelector(peer.podSelector)]), written: peerText(peer) }
}

/** A peer in the words of the selector language. */
export function peerText(peer: { podSelector?: unknown; namespaceSelector?: unknown }): string {
  const pods = fromLabelSelector(peer.podSelector)
  const namespaces = fromLabelSelector(peer.namespaceSelector)
  const who = pods.kind === 'all' ? 'any pod' : plainSelector(pods)
  if (!peer.namespaceSelector) return `${who} of this namespace`
  return namespaces.kind === 'all'
    ? `${who} in any namespace`
    : `${who} in namespaces with ${plainSelector(namespaces)}`
}

/** Without the outermost parentheses of the canonical text. */
function plainSelector(node: SelectorNode): string {
  const text = printSelector(node)
  return node.kind === 'and' || node.kind === 'or' ? text.slice(1, -1) : text
}

/** Calico adds the orchestrator to pod selectors, so that they never match network sets or hosts. */
export function podSelector(selector: unknown): SelectorNode {
  const own = fromLabelSelector(selector)
  const orchestrator = equals(labelOrchestrator, 'k8s')
  return own.kind === 'all' ? orchestrator : and([orchestrator, own])!
}

export function namespaceScope(selector: unknown): SelectorNode {
  return rewriteLeaves(prefixSelector(fromLabelSelector(selector), 'pcns.'), namespaceLeaf)
}
