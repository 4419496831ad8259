import type { Cidr } from './net.ts'
import type { Entity, Rule } from './policy.ts'
import type { PortMatch } from './ports.ts'
import { printSelector } from './selector/print.ts'

/**
 * Whether every flow `narrow` matches is matched by `wide` too. Careful: true only where the texts show it, so a rule
 * said to be shadowed is.
 */
export function ruleCovers(wide: Rule, narrow: Rule): boolean {
  return (
    (wide.ipVersion === null || wide.ipVersion === narrow.ipVersion) &&
    (wide.protocol === null || wide.protocol === narrow.protocol) &&
    (wide.notProtocol === null ||
      wide.notProtocol === narrow.notProtocol ||
      (narrow.protocol !== null && narrow.protocol !== wide.notProtocol)) &&
    isSameOrAbsent(wide.icmp, narrow.icmp) &&
    isSameOrAbsent(wide.notIcmp, narrow.notIcmp) &&
    isSameOrAbsent(wide.http, narrow.http) &&
    (wide.protocol !== 1 || narrow.protocol === 1) &&
    entityCovers(wide.source, narrow.source) &&
    entityCovers(wide.destination, narrow.destination)
  )
}

function isSameOrAbsent(wide: unknown, narrow: unknown): boolean {
  return wide === null || JSON.stringify(wide) === JSON.stringify(narrow)
}

function entityCovers(wide: Entity, narrow: Entity): boolean {
  return (
    selectorCovers(wide, narrow) &&
    netsCover(wide.nets, narrow.nets) &&
    (wide.notNets.length === 0 || netText(wide.notNets) === netText(narrow.notNets)) &&
    portsCover(wide, narrow) &&
    (wide.service === null || wide.service === narrow.service) &&
    isSameOrAbsent(wide.domains, narrow.domains)
  )
}

/** The same selectors, or fewer criteria joined by `&&`. */
function selectorCovers(wide: Entity, narrow: Entity): boolean {
  const text = (node: Entity['selector']) => (node ? printSelector(node) : '')
  if (text(wide.notSelector) !== '' && text(wide.notSelector) !== text(narrow.notSelector)) return false
  // A negative selector alone also holds for outside addresses; a positive one on one side only makes it another question.
  if (wide.notSelector && !wide.selector !== !narrow.selector) return false
  const wanted = conjuncts(wide.selector)
  const given = conjuncts(narrow.selector)
  return [...wanted].every((part) => given.has(part))
}

function conjuncts(node: Entity['selector']): Set<string> {
  if (!node) return new Set()
  return new Set(
    node.kind === 'and' ? node.operands.flatMap((operand) => [...conjuncts(operand)]) : [printSelector(node)],
  )
}

function netsCover(wide: readonly Cidr[] | null, narrow: readonly Cidr[] | null): boolean {
  if (wide === null) return true
  return narrow !== null && narrow.length > 0 && narrow.every((inner) => wide.some((outer) => cidrCovers(outer, inner)))
}

function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false
  return inner.words.every((word, index) => (word & outer.masks[index]!) >>> 0 === outer.words[index])
}

function netText(cidrs: readonly Cidr[]): string {
  return cidrs
    .map(({ text }) => text)
    .sort()
    .join(' ')
}

function portsCover(wide: Entity, narrow: Entity): boolean {
  if (wide.notPorts.length > 0 && JSON.stringify(wide.notPorts) !== JSON.stringify(narrow.notPorts)) return false
  if (wide.ports === null) return true
  const outers = wide.ports
  return narrow.ports?.every((inner) => outers.some((outer) => portCovers(outer, inner))) ?? false
}

function portCovers(outer: PortMatch, inner: PortMatch): boolean {
  if ('name' in outer || 'name' in inner) return 'name' in outer && 'name' in inner && outer.name === inner.name
  return outer.first <= inner.first && outer.last >= inner.last
}
