import type { Cell } from './cell.ts'
import { joinSides } from './evaluate.ts'
import { type Cidr, cidrContains, parseIp } from './net.ts'
import type { AddressClass } from './registry.ts'
import { cachedSideTrace } from './side-cache.ts'
import type { Target } from './targets.ts'
import { outsideTrace } from './trace.ts'
import type { World } from './world.ts'

/** Public addresses to choose from: the first that neither world's policies and sets single out stands for all others. */
const candidates = ['198.18.7.7', '192.0.2.77', '100.64.7.7', '233.252.0.7', '8.8.4.7', '1.2.3.4']

const outsidePort = 443

function plainOutsideAddress(worlds: readonly World[]): string | null {
  return candidates.find((text) => !worlds.some((world) => isSingledOut(world, text))) ?? null
}

function isSingledOut(world: World, text: string): boolean {
  const ip = parseIp(text)!
  const inRules = world.registry.netLists.some(
    (list) => !list.isCatchAll && list.cidrs.some((cidr) => cidrContains(cidr, ip)),
  )
  return inRules || world.sets.some(({ cidrs }) => cidrs.some((cidr) => cidr.prefix > 0 && cidrContains(cidr, ip)))
}

/** More sets than this say no more about a change. */
const setsMost = 40

/** The rest of the world, the known outside names, and one address of each network set, as targets on port 443. */
export function outsideTargets(world: World, other: World): Target[] {
  const targets: Target[] = []
  const add = (label: string, ip: string | null | undefined, names: readonly string[] = []) => {
    const addressClass = ip ? world.addresses.classOf(ip, names) : null
    if (addressClass) targets.push(outsideTarget(label, addressClass))
  }
  add('outside', plainOutsideAddress([world, other]))
  for (const [name, ips] of Object.entries(world.options.names ?? {})) add(name, ips[0], [name])
  for (const [id, ip] of setAddresses([world, other])) add(`networkset ${id}`, ip)
  return targets
}

/** By set, an address of its first network that is no pod's; the same for both worlds, whichever has the set. */
function setAddresses(worlds: readonly World[]): [string, string][] {
  const found = new Map<string, string>()
  for (const world of worlds) {
    for (const { id, cidrs } of world.sets) {
      const ip = cidrs
        .map(someAddress)
        .find((text) => text !== null && worlds.every((one) => one.addresses.endpointsAt(text).length === 0))
      if (ip && !found.has(id)) found.set(id, ip)
    }
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).slice(0, setsMost)
}

/** IPv4 only: the address after the network's own, or the single one it has. */
function someAddress({ family, words, prefix }: Cidr): string | null {
  if (family !== 4) return null
  const address = words[3] + (prefix === 32 ? 0 : 1)
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

function outsideTarget(label: string, addressClass: AddressClass): Target {
  return {
    namespace: '',
    service: '',
    label,
    port: outsidePort,
    protocol: 'TCP',
    protocolNumber: 6,
    backends: [{ endpoint: null, addressClass, podPort: outsidePort, pods: [label] }],
    missing: null,
  }
}

/** A connection from the rest of the world to the pods behind a Service: only their ingress is asked. */
export function decideFromOutside(world: World, other: World, target: Target): Cell {
  const plain = plainOutsideAddress([world, other])
  const source = plain && world.addresses.classOf(plain)
  const [backend] = target.backends
  const unknown = {
    verdict: 'undecided' as const,
    enforced: [],
    pending: [],
    undecided: 'no address outside is left that no rule names',
  }
  if (!source || !backend) return { verdict: 'undecided', egress: unknown, ingress: unknown, podPort: target.port }
  const traces = target.backends.map(({ endpoint, addressClass, podPort }) =>
    endpoint
      ? cachedSideTrace(world, endpoint, 'ingress', {
          protocol: target.protocolNumber,
          port: podPort,
          source,
          destination: addressClass,
        })
      : outsideTrace,
  )
  const ingress = traces.every(({ verdict }) => verdict === traces[0]!.verdict)
    ? traces[0]!
    : { ...unknown, undecided: 'it depends on the pod that answers' }
  return { ...joinSides(outsideTrace, ingress), podPort: backend.podPort }
}
