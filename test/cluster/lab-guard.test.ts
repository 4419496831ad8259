import { describe, expect, it } from 'vitest'
import { judgeFacts } from '../../src/cluster/lab-guard.ts'

const lab = {
  context: 'kind-hw',
  server: 'https://127.0.0.1:6443',
  namespaces: ['default', 'kube-system', 'calico-system', 'hipstershop', 'mine'],
  nodes: 3,
}

describe('whether a cluster looks like a lab', () => {
  it('lets a small cluster with usual namespaces pass', () => {
    expect(judgeFacts(lab)).toEqual({ looksLikeLab: true, reasons: [] })
  })

  it.each([
    [
      'many foreign namespaces',
      { namespaces: [...lab.namespaces, 'shop', 'billing', 'crm', 'mail'] },
      /5 namespaces that are not this workshop's: billing, crm, mail, mine, shop/,
    ],
    ['a name like production', { context: 'eks-prod-1' }, /"eks-prod-1" sounds like production/],
    ['an address like production', { server: 'https://api.production.example.com' }, /sounds like production/],
    ['a namespace like production', { namespaces: ['web-live'] }, /a namespace sounds like production: web-live/],
    ['many nodes', { nodes: 40 }, /it has 40 nodes/],
  ])('names %s as a reason', (_name, facts, reason) => {
    const judgement = judgeFacts({ ...lab, ...facts })
    expect(judgement.looksLikeLab).toBe(false)
    expect(judgement.reasons.join('\n')).toMatch(reason)
  })

  it('does not take a word inside another for production', () => {
    expect(judgeFacts({ ...lab, context: 'product-catalog', namespaces: ['delivery', 'olive'] }).reasons).toEqual([])
  })
})
