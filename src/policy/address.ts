import { matchesDomain } from './domain.ts'
import type { Endpoint } from './endpoint.ts'
import { cidrContains, type IpAddress, ipKey, parseIp } from './net.ts'
import type { NetworkSet } from './objects/network-sets.ts'
import type { Service } from './objects/services.ts'
import type { AddressClass, LabelClass, Registry, ServicePort } from './registry.ts'

/** An address and what owns it. The class is worked out again when rules with new networks or services appear. */
interface Address {
  ip: IpAddress | null
  key: string
  owners: readonly LabelClass[]
  domainOwners: readonly LabelClass[]
  maybeOwners: readonly LabelClass[]
  names: readonly string[]
  addressClass: AddressClass | null
  netsSeen: number
  servicesSeen: number
  /** Lists of networks that hold it, ascending. */
  nets: number[]
}

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
  private readonly byIp = new Map<string, Endpoint[]>()
  private readonly namesByIp = new Map<string, string[]>()
  private readonly addresses = new Map<string, Address>()

  constructor(init: AddressBookInit) {
    this.init = init
    for (const endpoint of init.endpoints) for (const key of endpoint.addressKeys) push(this.byIp, key, endpoint)
    for (const [name, ips] of Object.entries(init.names))
      for (const text of ips) push(this.namesByIp, addressKey(text), name)
  }

  /** Changes when addresses may have to be told apart by more than before. */
  get version(): number {
    return this.init.registry.netLists.length + this.init.registry.services.size
  }

  /** Endpoints with this address; hosts are not among them. */
  endpointsAt(text: string): readonly Endpoint[] {
    return this.byIp.get(addressKey(text)) ?? []
  }

  /** Null when the text is no IP address. */
  classOf(text: string, names: readonly string[] = []): AddressClass | null {
    const key = names.length === 0 ? text : `${text} ${[...names].sort().join(' ')}`
    const known = this.addresses.get(key)
    if (known) return this.classify(known)
    const ip = parseIp(text)
    return ip && this.classify(this.remember(key, ip, names))
  }

  /** The class of an endpoint known only by its template, which has labels and no address. */
  classOfTemplate(endpoint: Endpoint): AddressClass {
    const key = `template ${endpoint.labelClass.id}`
    const known = this.addresses.get(key)
    if (known) return this.classify(known)
    const content = { ip: null, owners: [endpoint.labelClass], domainOwners: [], maybeOwners: [], names: [] }
    return this.classify(this.add(key, content))
  }

  /** The class of an outside name whose address is not known: any set of networks may hold it. */
  classOfName(name: string): AddressClass {
    const key = `name ${name}`
    const known = this.addresses.get(key)
    if (known) return this.classify(known)
    const maybeOwners = distinct(this.init.sets.filter(({ cidrs }) => cidrs.length > 0).map((set) => set.labelClass))
    const domainOwners = this.setsByDomain([name])
    return this.classify(this.add(key, { ip: null, owners: [], domainOwners, maybeOwners, names: [name] }))
  }

  private remember(key: string, ip: IpAddress, given: readonly string[]): Address {
    const { sets } = this.init
    const names = [...new Set([...given, ...(this.namesByIp.get(ipKey(ip)) ?? [])])].sort()
    const owners = (this.byIp.get(ipKey(ip)) ?? []).map(({ labelClass }) => labelClass)
    const covering = sets
      .filter(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, ip)))
      .map(({ labelClass }) => labelClass)
    const domainOwners = this.setsByDomain(names)
    return this.add(key, { ip, owners: distinct([...owners, ...covering]), domainOwners, maybeOwners: [], names })
  }

  private setsByDomain(names: readonly string[]): LabelClass[] {
    const named = this.init.sets.filter(({ domains }) =>
      domains.some((domain) => names.some((name) => matchesDomain(domain, name))),
    )
    return distinct(named.map(({ labelClass }) => labelClass))
  }

  private add(
    key: string,
    content: Pick<Address, 'ip' | 'owners' | 'domainOwners' | 'maybeOwners' | 'names'>,
  ): Address {
    const address = { ...content, key, addressClass: null, netsSeen: 0, servicesSeen: 0, nets: [] }
    this.addresses.set(key, address)
    return address
  }

  private classify(address: Address): AddressClass {
    const { netLists, netIndex, services } = this.init.registry
    const isFresh = address.netsSeen === netLists.length && address.servicesSeen === services.size
    if (address.addressClass && isFresh) return address.addressClass
    if (address.ip) {
      address.nets.push(...netIndex.listsWith(address.ip, netLists, address.netsSeen))
    }
    address.netsSeen = netLists.length
    address.servicesSeen = services.size
    address.addressClass = this.intern(address)
    return address.addressClass
  }

  private intern({ ip, owners, domainOwners, maybeOwners, names, nets }: Address): AddressClass {
    const { registry } = this.init
    const ports = ip && registry.services.size > 0 ? this.servicePorts(ipKey(ip)) : noPorts
    const ids = (classes: readonly LabelClass[]) => classes.map(({ id }) => id).join()
    // Thousands of addresses: most have no names and no ports of services.
    const rest = names.length + ports.size === 0 ? '' : JSON.stringify([names, [...ports]])
    const key = `${ip?.family} ${ids(owners)} ${ids(domainOwners)} ${ids(maybeOwners)} ${nets.join()} ${rest}`
    return registry.addressClass(key, () => ({
      family: ip?.family ?? null,
      owners,
      domainOwners,
      maybeOwners,
      names,
      nets: new Set(nets),
      services: ports,
    }))
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

export function addressKey(text: string): string {
  const ip = parseIp(text)
  return ip ? ipKey(ip) : text
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
