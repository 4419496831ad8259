/**
 * Everything that occurs often is kept once and gets a small number: selectors, sets of labels, lists of networks, the
 * criteria of a rule's side. Rules then hold numbers, answers are bytes in an array, and a thousand equally labelled
 * pods cost as much as one. Entries never change, so worlds that differ in a few policies share a registry.
 */

import type { EndpointPort } from './model.ts'
import type { Cidr } from './net.ts'
import { NetIndex } from './net-index.ts'
import type { Entity } from './policy.ts'
import type { SelectorNode } from './selector/ast.ts'
import { compileSelector, type LabelTest } from './selector/compile.ts'
import type { Labels } from './selector/matches.ts'
import { printSelector } from './selector/print.ts'

/** Equally labelled endpoints or network sets, with equal declared ports. */
export interface LabelClass {
  id: number
  /** Effective labels: own, Calico's, and those inherited from namespace and service account. */
  labels: Labels
  namespace: string
  ports: readonly EndpointPort[]
  /** False for hosts and network sets, which no policy of a pod applies to. */
  isWorkload: boolean
  noProfile: boolean
}

export interface Selector {
  id: number
  node: SelectorNode
  /** Canonical. */
  text: string
  test: LabelTest
  /** By label class: 0 not asked yet, 1 matches, 2 does not. */
  answers: Uint8Array
}

export interface NetList {
  id: number
  cidrs: readonly Cidr[]
  has4: boolean
  has6: boolean
  /** Holds every address of a family it has, so it tells no two of them apart. */
  isCatchAll: boolean
}

/** What a rule asks of an address, ports aside. */
export interface EntityTest {
  id: number
  selector: Selector | null
  notSelector: Selector | null
  nets: NetList | null
  notNets: NetList | null
  /** Source services: the addresses of a Service, any port. */
  service: string | null
  domains: readonly string[] | null
  /** An egress Allow rule also finds network sets by their domains. */
  byDomain: boolean
}

export const answerYes = 1
export const answerNo = 2
/** It depends on the address, of a pod known only by its template or of an outside name, which is not known. */
export const answerUnknown = 3

/** A port of an endpoint slice; a null port is every port. */
export interface ServicePort {
  protocol: number
  port: number | null
}

/** Addresses no rule can tell apart. */
export interface AddressClass {
  id: number
  family: 4 | 6 | null
  owners: readonly LabelClass[]
  /** Network sets known by domain names. */
  domainOwners: readonly LabelClass[]
  /** Network sets that may hold it, when its address is not known. */
  maybeOwners: readonly LabelClass[]
  names: readonly string[]
  nets: ReadonlySet<number>
  /** Services (`namespace/name`) with this address in a slice, with that slice's ports; only those some rule names. */
  services: ReadonlyMap<string, readonly ServicePort[]>
  /** By entity test. */
  answers: Uint8Array
}

export class Registry {
  readonly selectors: Selector[] = []
  readonly labelClasses: LabelClass[] = []
  readonly netLists: NetList[] = []
  readonly netIndex = new NetIndex()
  readonly entityTests: EntityTest[] = []
  /** Services some rule names, as `namespace/name`. */
  readonly services = new Set<string>()
  readonly addressClasses: AddressClass[] = []
  /** What was read from objects, which never change. */
  readonly readings = new WeakMap<object, object>()
  private readonly byKey = new Map<string, { id: number }>()

  private intern<T extends { id: number }>(key: string, list: T[], make: (id: number) => T): T {
    const known = this.byKey.get(key)
    if (known) return known as T
    const made = make(list.length)
    list.push(made)
    this.byKey.set(key, made)
    return made
  }

  selector(node: SelectorNode): Selector {
    const text = printSelector(node)
    return this.intern(`selector ${text}`, this.selectors, (id) => ({
      id,
      node,
      text,
      test: compileSelector(node),
      answers: new Uint8Array(64),
    }))
  }

  labelClass(content: Omit<LabelClass, 'id'>): LabelClass {
    const labels = Object.keys(content.labels)
      .sort()
      .map((name) => [name, content.labels[name]])
    const key = JSON.stringify([labels, content.ports, content.isWorkload, content.noProfile])
    return this.intern(`labels ${key}`, this.labelClasses, (id) => ({ id, ...content }))
  }

  netList(cidrs: readonly Cidr[]): NetList {
    const key = cidrs.map(({ words, prefix, family }) => `${family}:${words.join('.')}/${prefix}`).join(',')
    return this.intern(`nets ${key}`, this.netLists, (id) => ({
      id,
      cidrs,
      has4: cidrs.some(({ family }) => family === 4),
      has6: cidrs.some(({ family }) => family === 6),
      isCatchAll: cidrs.every(({ prefix }) => prefix === 0),
    }))
  }

  addressClass(key: string, make: () => Omit<AddressClass, 'id' | 'answers'>): AddressClass {
    return this.intern(`address ${key}`, this.addressClasses, (id) => ({ id, ...make(), answers: new Uint8Array(64) }))
  }

  /** Null when the entity asks nothing of the address. */
  entityTest(entity: Entity, side: 'source' | 'destination', allowsEgress: boolean): EntityTest | null {
    const selector = entity.selector && this.selector(entity.selector)
    const notSelector = entity.notSelector && this.selector(entity.notSelector)
    const nets = entity.nets && this.netList(entity.nets)
    const notNets = entity.notNets.length > 0 ? this.netList(entity.notNets) : null
    const byDomain = side === 'destination' && allowsEgress
    const service = side === 'source' ? entity.service : null
    if (entity.service) this.services.add(entity.service)
    if (!selector && !notSelector && !nets && !notNets && !service && !entity.domains) return null
    const parts = [selector?.id, notSelector?.id, nets?.id, notNets?.id, service, entity.domains, byDomain]
    return this.intern(`entity ${JSON.stringify(parts.map((part) => part ?? null))}`, this.entityTests, (id) => ({
      id,
      selector,
      notSelector,
      nets,
      notNets,
      service,
      domains: entity.domains,
      byDomain,
    }))
  }
}

export function selectorSelects(selector: Selector, labels: LabelClass): boolean {
  if (labels.id >= selector.answers.length) {
    const grown = new Uint8Array(Math.max(labels.id + 1, selector.answers.length * 2))
    grown.set(selector.answers)
    selector.answers = grown
  }
  const known = selector.answers[labels.id]!
  if (known !== 0) return known === answerYes
  const matches = selector.test(labels.labels)
  selector.answers[labels.id] = matches ? answerYes : answerNo
  return matches
}
