import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cidrContains, parseIp } from '../../src/policy/net.ts'
import { createWorld } from '../../src/policy/world.ts'
import { calico, namespace, pod } from './small-world.ts'

const part = fc.integer({ min: 0, max: 3 })
const v4 = fc.tuple(part, part).map(([third, last]) => `10.0.${third}.${last}`)
const v6 = fc.tuple(part, part).map(([low, high]) => `fd00:${high}::${low}`)
const net = fc.oneof(
  fc.tuple(v4, fc.constantFrom(0, 8, 24, 30, 32)).map(([ip, prefix]) => `${ip}/${prefix}`),
  fc.tuple(v6, fc.constantFrom(0, 32, 126, 128)).map(([ip, prefix]) => `${ip}/${prefix}`),
)
const address = fc.oneof(v4, v6)

describe('the address book', () => {
  it('says of an address what every pod and every set, asked one by one, says', () => {
    const sets = fc.array(fc.array(net, { minLength: 1, maxLength: 3 }), { maxLength: 5 })
    const pods = fc.array(fc.tuple(address, fc.constantFrom('web', 'db')), { maxLength: 8 })
    fc.assert(
      fc.property(sets, pods, fc.array(address, { minLength: 1 }), (nets, given, asked) => {
        const world = createWorld([
          namespace('shop'),
          ...given.map(([ip, app], at) => pod(`shop/p-${at}`, { app }, ip)),
          ...nets.map((list, at) => calico('GlobalNetworkSet', `s-${at}`, { nets: list })),
        ])
        for (const text of [...asked, ...given.map(([ip]) => ip)]) {
          const ip = parseIp(text)!
          const here = world.endpoints.filter(({ ips }) => ips.some((own) => parseIp(own)!.key === ip.key))
          const covering = world.sets.filter(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, ip)))
          const owners = new Set([...here, ...covering].map(({ labelClass }) => labelClass.id))
          const found = world.addresses.classOf(text)!
          expect(found.owners.map(({ id }) => id)).toEqual([...owners].sort((left, right) => left - right))
          expect(found.family).toBe(ip.family)
          expect(world.addresses.endpointsAt(text).map(({ id }) => id)).toEqual(here.map(({ id }) => id))
        }
      }),
    )
  })

  it('tells pods of one kind apart once a rule names the network of some', () => {
    const world = createWorld([
      namespace('shop'),
      pod('shop/a', { app: 'web' }, '10.0.0.1'),
      pod('shop/b', { app: 'web' }, '10.0.0.2'),
      pod('shop/c', { app: 'web' }, '10.0.1.1'),
    ])
    const classes = () => ['10.0.0.1', '10.0.0.2', '10.0.1.1'].map((ip) => world.addresses.classOf(ip)!.id)
    expect(new Set(classes()).size).toBe(1)
    createWorld(
      [calico('GlobalNetworkPolicy', 'n', { ingress: [{ action: 'Deny', source: { nets: ['10.0.1.0/24'] } }] })],
      {},
      world.registry,
    )
    const [a, b, c] = classes()
    expect([a === b, a === c]).toEqual([true, false])
  })
})
