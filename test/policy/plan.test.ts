import { describe, expect, it } from 'vitest'
import { planChanges, predictView } from '../../src/policy/plan.ts'
import { createWorld } from '../../src/policy/world.ts'
import { planText } from '../../src/report/plan-text.ts'
import { allowCart, calico, pod, shop } from './small-world.ts'

const before = createWorld(shop)
const short = (flow: { from: { label: string }; to: { label: string } }) => `${flow.from.label}>${flow.to.label}`

describe('planChanges', () => {
  it('lists flows that close, with the pods concerned and both reasons', () => {
    const { view } = planChanges(before, { put: [allowCart] })
    expect(view.closes.map(short)).toEqual(['frontend.shop>cart', 'outside>cart'])
    expect(view.groups).toContainEqual(
      expect.objectContaining({
        change: 'closes',
        count: 1,
        pods: ['shop/frontend'],
        before: 'both ends allowed by no policy (the namespace allows)',
        after: 'ingress denied by the end of tier default',
      }),
    )
    expect(predictView(view)).toMatchObject({
      closes: [{ from: 'frontend.shop', to: 'cart', port: 5000 }, { from: 'outside' }],
    })
  })

  it('opens them again when the policy is deleted', () => {
    const { view } = planChanges(createWorld([...shop, allowCart]), { remove: [allowCart] })
    expect(view.opens.map(short)).toEqual(['frontend.shop>cart', 'outside>cart'])
    expect(view.closes).toEqual([])
  })

  it('tells flows another rule decides', () => {
    const allow = calico('NetworkPolicy', 'shop/out', {
      selector: 'app == "frontend"',
      types: ['Egress'],
      egress: [{ action: 'Allow' }],
    })
    const { view } = planChanges(before, { put: [allow] })
    expect([view.opens, view.closes]).toEqual([[], []])
    expect(view.redecided.map(short)).toContain('frontend.shop>cart')
  })

  it('follows labels of pods, not only policies', () => {
    const world = createWorld([...shop, allowCart, pod('shop/other', { app: 'other' }, '10.65.0.8')])
    const fixed = {
      ...allowCart,
      spec: { ...allowCart.spec, ingress: [{ action: 'Allow', source: { selector: 'vip == "yes"' } }] },
    }
    const { view } = planChanges(world, { put: [fixed, pod('shop/other', { app: 'other', vip: 'yes' }, '10.65.0.8')] })
    expect(view.opens.map(short)).toEqual(['other.shop>cart'])
    expect(view.opens[0]!.pods).toEqual(['shop/other'])
  })

  it('changes nothing with a staged policy, and says what its enforcement would', () => {
    const staged = { ...allowCart, kind: 'StagedNetworkPolicy' }
    const { view } = planChanges(before, { put: [staged] })
    expect([view.opens, view.closes, view.redecided]).toEqual([[], [], []])
    expect(view.staged.closes.map(short)).toEqual(['frontend.shop>cart', 'outside>cart'])
    expect(planText(view)).toContain(
      'only with the staged policies enforced, would close (2 flows):\n  to cart:5000 from frontend.shop, outside\n',
    )
    const enforced = planChanges(before, { put: [allowCart] }).view
    expect(enforced.staged).toEqual({ opens: [], closes: [] })
  })
})

describe('warnings', () => {
  const warn = (spec: Record<string, unknown>) =>
    planChanges(before, {
      put: [calico('NetworkPolicy', 'shop/p', { selector: 'app == "cart"', types: ['Ingress'], ...spec })],
    }).view.warnings.map(({ kind, rule }) => [kind, rule])

  it('name a policy that selects nothing', () => {
    expect(warn({ selector: 'app == "carts"' })).toEqual([['selects-nothing', null]])
  })

  it('name rules that can never match, and rules no flow uses', () => {
    const ingress = [
      { action: 'Allow', protocol: 'TCP', source: { nets: ['10.0.0.0/8'] }, destination: { ports: ['7000:8000'] } },
      {
        action: 'Deny',
        protocol: 'TCP',
        source: { nets: ['10.1.0.0/16'], selector: 'app == "x"' },
        destination: { ports: [7070, 7071] },
      },
      { action: 'Allow', protocol: 'UDP' },
      { action: 'Allow', source: { selector: 'a == "1" && a == "2"' } },
      { action: 'Deny', protocol: 'TCP', source: { nets: ['10.1.0.0/16'] }, destination: { ports: [9000] } },
    ]
    expect(warn({ ingress })).toEqual([
      ['never-matches', 1],
      ['unused', 2],
      ['never-matches', 3],
      ['unused', 4],
    ])
  })

  it('see rules of earlier policies of the tier that leave nothing over', () => {
    const first = calico('GlobalNetworkPolicy', 'first', {
      order: 1,
      selector: 'all()',
      types: ['Ingress'],
      ingress: [{ action: 'Allow', protocol: 'TCP' }],
    })
    const { view } = planChanges(before, { put: [first, allowCart] })
    expect(view.warnings).toContainEqual(
      expect.objectContaining({ kind: 'never-matches', policy: 'np:shop/allow-cart', rule: 0 }),
    )
  })

  it('see final rules of earlier tiers, and know that a Pass may lead past them', () => {
    const tier = calico('Tier', 'first', { order: 1, defaultAction: 'Pass' })
    const wall = (ingress: object[]) =>
      calico('GlobalNetworkPolicy', 'first.wall', {
        tier: 'first',
        order: 1,
        selector: 'all()',
        types: ['Ingress'],
        ingress,
      })
    const never = (ingress: object[]) =>
      planChanges(before, { put: [tier, wall(ingress), allowCart] }).view.warnings.filter(
        ({ kind, policy }) => kind === 'never-matches' && policy === 'np:shop/allow-cart',
      )
    const allow = { action: 'Allow', protocol: 'TCP' }
    const pass = { action: 'Pass', protocol: 'TCP', source: { selector: 'app == "frontend"' } }
    expect(never([allow])).toMatchObject([
      { text: expect.stringContaining('gnp:first.wall #1, of the earlier tier first, already decides') },
    ])
    expect(never([pass, allow])).toEqual([])
    expect(never([{ action: 'Pass', protocol: 'TCP' }])).toEqual([])
  })

  it('do not take a narrower rule before for one that leaves nothing over', () => {
    const ingress = [
      { action: 'Deny', protocol: 'TCP', source: { selector: 'has(x)' } },
      { action: 'Allow', protocol: 'TCP', source: { notSelector: 'has(y)' } },
      { action: 'Allow', protocol: 'TCP' },
    ]
    expect(warn({ ingress }).filter(([kind]) => kind === 'never-matches')).toEqual([])
  })
})
