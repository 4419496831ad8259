import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { netListContains, parseCidr, parseIp } from '../../src/policy/net.ts'
import { Registry } from '../../src/policy/registry.ts'

const part = fc.integer({ min: 0, max: 3 })
const v4 = fc.tuple(part, part).map(([third, last]) => `10.0.${third}.${last}`)
const v6 = fc.tuple(part, part).map(([low, high]) => `fd00:${high}::${low}`)
const cidr = fc.oneof(
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })).map(([ip, prefix]) => `${ip}/${prefix}`),
)

describe('the index of lists of networks', () => {
  it('finds the lists that hold an address, as asking each of them does, also after more have come', () => {
    const lists = fc.array(fc.array(cidr, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
    fc.assert(
      fc.property(lists, lists, fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 6 }), (first, later, ips) => {
        const registry = new Registry()
        const check = (from: number) => {
          for (const text of ips) {
            const ip = parseIp(text)!
            const asked = registry.netLists
              .filter((list) => list.id >= from && !list.isCatchAll && netListContains(list, ip))
              .map(({ id }) => id)
            expect(registry.netIndex.listsWith(ip, registry.netLists, from)).toEqual(asked)
          }
        }
        const add = (texts: string[][]) => {
          for (const list of texts) registry.netList(list.map((text) => parseCidr(text)!))
        }
        add(first)
        check(0)
        const before = registry.netLists.length
        add(later)
        check(0)
        check(before)
      }),
    )
  })
})
