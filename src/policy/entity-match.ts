import { matchesDomain } from './domain.ts'
import {
  type AddressClass,
  answerNo,
  answerUnknown,
  answerYes,
  type EntityTest,
  type LabelClass,
  type NetList,
  type Selector,
  selectorSelects,
} from './registry.ts'

/** Asks an address about one side of a rule and remembers the answer: yes, no, or unknown (no address to look at). */
export function entityAnswer(test: EntityTest, address: AddressClass): number {
  if (test.id >= address.answers.length) {
    const grown = new Uint8Array(Math.max(test.id + 1, address.answers.length * 2))
    grown.set(address.answers)
    address.answers = grown
  }
  const known = address.answers[test.id]!
  if (known !== 0) return known
  const answer = ask(test, address)
  address.answers[test.id] = answer
  return answer
}

function ask(test: EntityTest, address: AddressClass): number {
  const owners = ownersAnswer(test, address)
  if (owners === answerNo) return answerNo
  if (test.service !== null && !address.services.has(test.service)) return answerNo
  if (test.domains !== null && !domainsMatch(test, address)) return answerNo
  const nets = netsAnswer(test.nets, address, true)
  if (nets === answerNo) return answerNo
  const notNets = netsAnswer(test.notNets, address, false)
  if (notNets === answerNo) return answerNo
  return owners === answerUnknown || nets === answerUnknown || notNets === answerUnknown ? answerUnknown : answerYes
}

/**
 * Selectors match addresses of known things only. A positive and a negative selector are asked of the same thing, so an
 * address two things share matches when either does; a negative one alone holds for every address no match owns.
 */
function ownersAnswer(test: EntityTest, address: AddressClass): number {
  const { selector, notSelector } = test
  const { owners, maybeOwners } = address
  if (!selector && !notSelector) return answerYes
  if (!selector) {
    if (ownedBySelected(notSelector!, owners)) return answerNo
    return ownedBySelected(notSelector!, maybeOwners) ? answerUnknown : answerYes
  }
  if (anyOwnerMatches(test, owners) || (test.byDomain && anyOwnerMatches(test, address.domainOwners))) return answerYes
  return anyOwnerMatches(test, maybeOwners) ? answerUnknown : answerNo
}

// Plain loops: these are asked for every pair of selector and address class.
function anyOwnerMatches(test: EntityTest, owners: readonly LabelClass[]): boolean {
  for (const owner of owners) if (ownerMatches(test, owner)) return true
  return false
}

function ownedBySelected(selector: Selector, owners: readonly LabelClass[]): boolean {
  for (const owner of owners) if (selectorSelects(selector, owner)) return true
  return false
}

export function ownerMatches({ selector, notSelector }: EntityTest, owner: LabelClass): boolean {
  return (!selector || selectorSelects(selector, owner)) && !(notSelector && selectorSelects(notSelector, owner))
}

/** Rules apply per IP family: a list without networks of the address's family never matches, negated or not. */
function netsAnswer(list: NetList | null, address: AddressClass, wanted: boolean): number {
  if (!list) return answerYes
  const { family } = address
  if (family === null) return list.isCatchAll && list.has4 ? (wanted ? answerYes : answerNo) : answerUnknown
  if (family === 4 ? !list.has4 : !list.has6) return answerNo
  const inside = list.isCatchAll || address.nets.has(list.id)
  return inside === wanted ? answerYes : answerNo
}

/** `destination.domains` (Enterprise): only in egress Allow rules, by the names the address was resolved from. */
function domainsMatch(test: EntityTest, address: AddressClass): boolean {
  return test.byDomain && test.domains!.some((pattern) => address.names.some((name) => matchesDomain(pattern, name)))
}
