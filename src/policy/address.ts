import { matchesDomain } from './domain.ts'
import type { Endpoint } from './endpoint.ts'
import { type IpAddress, parseIp } from './net.ts'
import { NetIndex } from './net-index.ts'
import type { NetworkSet } from './objects/network-sets.ts'
import type { Service } from './objects/services.ts'
import type { AddressClass, LabelClass, Registry, ServicePort } from './registry.ts'

/** An address, an outside name or a template. The class is worked out again when rules with new networks or services appear. */
interface Address {
  /** Null: a name, or an endpoint known by its template. */
  ip: IpAddress | null
  endpoints: Endpoint[]
  /** Outside names it is asked about with. */
  names: readonly string[]
  addressClass: AddressClass | null
  /** The book's when the class was worked out. */
  version: number
}

type Content = Pick<AddressClass, 'owners' | 'domainOwners' | 'maybeOwners' | 'names'>

/** Thousands of addresses have none of most things. */
const none: readonly never[] = []
const noPorts: ReadonlyMap<string, ServicePort[]> = new Map()

export interface AddressBookInit {
  registry: Registry
  endpoints: readonly Endpoint[]
  sets: readonly NetworkSet[]
  services: ReadonlyMap<string, Service>
  /** Outside names and the addresses they resolve to, for domain rules. */
  names: Readonly<Record<string, readonly string[]>>
}

/** Finds what an address belongs to. Lives as long as its endpoints, sets and services do; policies may change. */
export class AddressBook {
  private readonly init: AddressBookInit
  /** Of endpoints, by the address's key. */
  private readonly byIp: Map<string, Address>
  private readonly namesByIp = new Map<string, string[]>()
  /** Whatever else was asked about. */
  private readonly others = new Map<string, Address>()
  private readonly setsByNet: NetIndex
  /** By label class, one list for all addresses that nothing else owns. */
  private readonly soleOwners: (readonly LabelClass[])[]
  /** By family, then label class: of such addresses, those in no network a rule names. */
  private readonly plain: Record<4 | 6, AddressClass[]> = { 4: [], 6: [] }

  /** With `before`, that book's addresses hold until they are said to have changed. */
  constructor(init: AddressBookInit, before?: AddressBook) {
    this.init = init
    this.byIp = new Map(before?.byIp)
    this.setsByNet = before?.setsByNet ?? new NetIndex()
    this.soleOwners = before?.soleOwners ?? []
    if (!before)
      for (const endpoint of init.endpoints) for (const text of endpoint.ips) this.addEndpoint(text, endpoint)
    for (const [name, ips] of Object.entries(init.names))
      for (const text of ips) push(this.namesByIp, addressKey(text), name)
  }

  /** The book after these endpoints have become others. */
  withChanged(endpoints: readonly Endpoint[], changes: ReadonlyMap<Endpoint, Endpoint>): AddressBook {
    const next = new AddressBook({ ...this.init, endpoints }, this)
    for (const [old, changed] of changes) {
      for (const text of new Set([...old.ips, ...changed.ips])) next.relocate(text, old, changed)
    }
    return next
  }

  private relocate(text: string, old: Endpoint, changed: Endpoint): void {
    const key = addressKey(text)
    const others = (this.byIp.get(key)?.endpoints ?? []).filter((one) => one !== old && one !== changed)
    const isHere = changed.ips.some((own) => addressKey(own) === key)
    const here = isHere ? [...others, changed] : others
    const { endpoints } = this.init
    if (here.length > 1) here.sort((left, right) => endpoints.indexOf(left) - endpoints.indexOf(right))
    if (here.length > 0) this.byIp.set(key, toAddress(parseIp(text), here, none))
    else this.byIp.delete(key)
  }

  private addEndpoint(text: string, endpoint: Endpoint): void {
    const ip = parseIp(text)
    const key = ip?.key ?? text
    const known = this.byIp.get(key)
    if (!known) this.byIp.set(key, toAddress(ip, [endpoint], none))
    else if (known.endpoints.at(-1) !== endpoint) known.endpoints.push(endpoint)
  }

  /** Changes when addresses may have to be told apart by more than before. */
  get version(): number {
    return this.init.registry.netLists.length + this.init.registry.services.size
  }

  /** Endpoints with this address; hosts are not among them. */
  endpointsAt(text: string): readonly Endpoint[] {
    return this.byIp.get(addressKey(text))?.endpoints ?? none
  }

  /** Null when the text is no IP address. */
  classOf(text: string, names: readonly string[] = none): AddressClass | null {
    const ip = parseIp(text)
    if (!ip) return null
    const known = this.byIp.get(ip.key)
    if (known && names.length === 0) return this.classify(known)
    const key = `${ip.key} ${[...names].sort().join(' ')}`
    return this.classify(this.other(key, () => toAddress(ip, known?.endpoints ?? [], names)))
  }

  /** The class of an endpoint known only by its template, which has labels and no address. */
  classOfTemplate(endpoint: Endpoint): AddressClass {
    return this.classify(this.other(`template ${endpoint.labelClass.id}`, () => toAddress(null, [endpoint], none)))
  }

  /** The class of an outside name whose address is not known: any set of networks may hold it. */
  classOfName(name: string): AddressClass {
    return this.classify(this.other(`name ${name}`, () => toAddress(null, [], [name])))
  }

  private other(key: string, make: () => Address): Address {
    const known = this.others.get(key)
    if (known) return known
    const made = make()
    this.others.set(key, made)
    return made
  }

  private contentOf({ ip, endpoints, names: given }: Address): Content {
    const [endpoint] = endpoints
    if (!ip && endpoint)
      return { owners: this.soleOwner(endpoint.labelClass), domainOwners: none, maybeOwners: none, names: none }
    if (!ip) {
      const withNets = this.init.sets.filter(({ cidrs }) => cidrs.length > 0)
      const maybeOwners = distinct(withNets.map(({ labelClass }) => labelClass))
      return { owners: none, domainOwners: this.setsByDomain(given), maybeOwners, names: given }
    }
    const resolved = this.namesByIp.get(ip.key) ?? none
    const names = given.length + resolved.length === 0 ? none : [...new Set([...given, ...resolved])].sort()
    const domainOwners = names.length === 0 ? none : this.setsByDomain(names)
    return { owners: this.ownersOf(ip, endpoints), domainOwners, maybeOwners: none, names }
  }

  private ownersOf(ip: IpAddress, endpoints: readonly Endpoint[]): readonly LabelClass[] {
    const { sets } = this.init
    const covering = this.setsByNet.listsWith(ip, sets, 0)
    if (endpoints.length === 1 && covering.length === 0) return this.soleOwner(endpoints[0]!.labelClass)
    return distinct([...endpoints, ...covering.map((place) => sets[place]!)].map(({ labelClass }) => labelClass))
  }

  private soleOwner(labelClass: LabelClass): readonly LabelClass[] {
    this.soleOwners[labelClass.id] ??= [labelClass]
    return this.soleOwners[labelClass.id]!
  }

  private setsByDomain(names: readonly string[]): LabelClass[] {
    const named = this.init.sets.filter(({ domains }) =>
      domains.some((domain) => names.some((name) => matchesDomain(domain, name))),
    )
    return distinct(named.map(({ labelClass }) => labelClass))
  }

  private classify(address: Address): AddressClass {
    const { version } = this
    if (address.addressClass && address.version === version) return address.addressClass
    address.version = version
    address.addressClass = this.intern(address)
    return address.addressClass
  }

  /** Most addresses are one pod's and nothing else: those are told apart by a number. */
  private intern(address: Address): AddressClass {
    const { ip } = address
    const { netIndex, netLists, services } = this.init.registry
    const content = this.contentOf(address)
    const nets = ip ? netIndex.listsWith(ip, netLists, 0) : none
    const ports = ip && services.size > 0 ? this.servicePorts(ip.key) : noPorts
    const [owner] = content.owners
    const isPlain =
      owner && content.owners === this.soleOwners[owner.id] && nets.length + content.names.length + ports.size === 0
    if (!ip || !isPlain) return this.internByKey(ip, content, nets, ports)
    this.plain[ip.family][owner.id] ??= this.internByKey(ip, content, nets, ports)
    return this.plain[ip.family][owner.id]!
  }

  private internByKey(
    ip: IpAddress | null,
    content: Content,
    nets: readonly number[],
    ports: ReadonlyMap<string, readonly ServicePort[]>,
  ): AddressClass {
    const { owners, domainOwners, maybeOwners, names } = content
    const family = ip?.family ?? null
    const ids = (classes: readonly LabelClass[]) => classes.map(({ id }) => id).join()
    const rest = names.length + ports.size === 0 ? '' : JSON.stringify([names, [...ports]])
    const key = `${family} ${ids(owners)} ${ids(domainOwners)} ${ids(maybeOwners)} ${nets.join()} ${rest}`
    return this.init.registry.addressClass(key, () => ({ family, ...content, nets: new Set(nets), services: ports }))
  }

  /** Of the Services some rule names. */
  private servicePorts(key: string): Map<string, ServicePort[]> {
    const found = new Map<string, ServicePort[]>()
    for (const name of [...this.init.registry.services].sort()) {
      for (const slice of this.init.services.get(name)?.slices ?? []) {
        if (!slice.addresses.some((address) => address.key === key)) continue
        found.set(name, [...(found.get(name) ?? []), ...slice.ports.map(({ protocol, port }) => ({ protocol, port }))])
      }
    }
    return found
  }
}

function addressKey(text: string): string {
  return parseIp(text)?.key ?? text
}

function toAddress(ip: IpAddress | null, endpoints: Endpoint[], names: readonly string[]): Address {
  return { ip, endpoints, names, addressClass: null, version: 0 }
}

function distinct(classes: readonly LabelClass[]): LabelClass[] {
  if (classes.length < 2) return [...classes]
  return [...new Set(classes)].sort((left, right) => left.id - right.id)
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
