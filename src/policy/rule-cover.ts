import type { Cidr } from './net.ts'
import type { Entity, Rule } from './policy.ts'
import type { PortMatch } from './ports.ts'
import type { SelectorNode } from './selector/ast.ts'
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
  if (wide.notSelector && textOf(wide.notSelector) !== textOf(narrow.notSelector)) return false
  // A negative selector alone also holds for outside addresses; a positive one on one side only makes it another question.
  if (wide.notSelector && !wide.selector !== !narrow.selector) return false
  if (!wide.selector) return true
  const given = conjuncts(narrow.selector)
  for (const part of conjuncts(wide.selector)) if (!given.has(part)) return false
  return true
}

// Every rule is held against every one before it: what is printed of a selector is printed once.
const texts = new WeakMap<SelectorNode, string>()
const parts = new WeakMap<SelectorNode, ReadonlySet<string>>()
const noParts: ReadonlySet<string> = new Set()

function textOf(node: Entity['selector']): string {
  if (!node) return ''
  const known = texts.get(node)
  if (known !== undefined) return known
  const text = printSelector(node)
  texts.set(node, text)
  return text
}

function conjuncts(node: Entity['selector']): ReadonlySet<string> {
  if (!node) return noParts
  const known = parts.get(node)
  if (known) return known
  const made = new Set(
    node.kind === 'and' ? node.operands.flatMap((operand) => [...conjuncts(operand)]) : [textOf(node)],
  )
  parts.set(node, made)
  return made
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
