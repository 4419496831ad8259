import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/policy/apply.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { explainFlow } from '../../src/policy/explain.ts'
import { matrixView } from '../../src/policy/matrix.ts'
import type { KubeObject } from '../../src/policy/model.ts'
import { planView } from '../../src/policy/plan.ts'
import { createWorld } from '../../src/policy/world.ts'
import { flowsOf, policy, type RandomWorld, world } from './world-arbitrary.ts'

/** A few dozen worlds with about a hundred flows each: the suite must stay quick. */
const runs = { numRuns: 40 }

function make({ objects, endpoints }: RandomWorld, extra: readonly KubeObject[] = []) {
  return createWorld([...objects, ...extra], { endpoints, complete: true })
}

function verdicts(random: RandomWorld, made = make(random)) {
  return flowsOf(random).map((flow) => evaluate(made, flow))
}

function enforcedOnly(results: ReturnType<typeof verdicts>) {
  return results.map(({ verdict, egress, ingress }) => [verdict, egress.enforced, ingress.enforced])
}

describe('evaluate', () => {
  it('does not depend on the order of the objects', () => {
    fc.assert(
      fc.property(
        world.chain((random) =>
          fc.tuple(fc.constant(random), fc.shuffledSubarray(random.objects, { minLength: random.objects.length })),
        ),
        ([random, objects]) => {
          expect(verdicts({ ...random, objects })).toEqual(verdicts(random))
        },
      ),
      runs,
    )
  })

  it('is not changed by a policy that selects nothing', () => {
    fc.assert(
      fc.property(world, policy, (random, { metadata, spec, ...rest }) => {
        const nobody = {
          ...rest,
          metadata: { ...metadata, name: 'nobody' },
          spec: { ...spec, selector: 'app == "nobody"' },
        }
        expect(verdicts(random, make(random, [nobody]))).toEqual(verdicts(random))
      }),
      runs,
    )
  })

  it('gives no other enforced verdict or trace because of a staged policy', () => {
    fc.assert(
      fc.property(world, policy, (random, { kind, metadata, ...rest }) => {
        const staged = {
          ...rest,
          kind: kind.replace(/^(Staged)?/, 'Staged'),
          metadata: { ...metadata, name: 'staged' },
        }
        expect(enforcedOnly(verdicts(random, make(random, [staged])))).toEqual(enforcedOnly(verdicts(random)))
      }),
      runs,
    )
  })

  it('is the same after deleting a policy and adding it again', () => {
    fc.assert(
      fc.property(world, policy, (random, added) => {
        const extra = { ...added, metadata: { ...added.metadata, name: 'extra' } }
        const before = make(random, [extra])
        const without = applyChanges(before, { remove: [extra] })
        expect(verdicts(random, applyChanges(without, { put: [extra] }))).toEqual(verdicts(random, before))
        expect(verdicts(random, without)).toEqual(verdicts(random))
      }),
      runs,
    )
  })

  it('gives every verdict a trace that ends with it', () => {
    fc.assert(
      fc.property(world, (random) => {
        for (const { egress, ingress } of verdicts(random)) {
          for (const { verdict, enforced } of [egress, ingress]) {
            const last = enforced.at(-1)
            if (last) expect(last.action).toBe(verdict === 'allow' ? 'Allow' : 'Deny')
          }
        }
      }),
      runs,
    )
  })
})

describe('a change applied to a world', () => {
  it('gives what a world made anew gives, in verdicts and in the matrix', () => {
    fc.assert(
      fc.property(world, fc.array(policy, { minLength: 1, maxLength: 4 }), (random, changes) => {
        let current = make(random)
        matrixView(current)
        for (const change of changes) {
          current = applyChanges(current, { put: [change] })
          const anew = createWorld(current.objects, current.options)
          expect(matrixView(current).rows).toEqual(matrixView(anew).rows)
          expect(verdicts(random, current)).toEqual(verdicts(random, anew))
        }
      }),
      runs,
    )
  })

  it('that is no change plans nothing', () => {
    fc.assert(
      fc.property(world, (random) => {
        const before = make(random)
        const { opens, closes, redecided } = planView(before, applyChanges(before, { put: random.objects.slice(-1) }))
        expect([opens, closes, redecided]).toEqual([[], [], []])
      }),
      runs,
    )
  })
})

describe('matrix', () => {
  it('says of every flow what explain says', () => {
    fc.assert(
      fc.property(world, (random) => {
        const made = make(random)
        for (const row of matrixView(made).rows) {
          const backends = made.endpoints.filter(
            (endpoint) => endpoint.namespace === row.to.namespace && endpoint.labels.app === row.to.service,
          )
          if (backends.length !== 1) continue
          const id = `${row.from.namespace}/${row.from.pods[0]}`
          const flow = {
            from: { kind: 'endpoint', id },
            to: { kind: 'endpoint', id: backends[0]!.id },
            protocol: row.protocol,
            port: row.podPort,
          } as const
          const told = explainFlow(made, flow, '')
          expect({ egress: told.egress.trace, ingress: told.ingress.trace }).toEqual(row.why)
          expect(told.verdict === 'allow' ? 'open' : 'blocked').toBe(row.predicted)
        }
      }),
      runs,
    )
  })

  it('speaks for every pod of a row', () => {
    fc.assert(
      fc.property(world, (random) => {
        const made = make(random)
        for (const row of matrixView(made).rows.filter(
          ({ from, predicted }) => from.pods.length > 1 && predicted !== 'undecided',
        )) {
          const [backend] = made.endpoints.filter(
            (one) => one.namespace === row.to.namespace && one.labels.app === row.to.service,
          )
          const results = row.from.pods
            .map((name) => `${row.from.namespace}/${name}`)
            .filter((id) => id !== backend!.id)
            .map((id) =>
              evaluate(made, {
                from: { kind: 'endpoint', id },
                to: { kind: 'endpoint', id: backend!.id },
                protocol: 'TCP',
                port: row.podPort,
              }),
            )
          for (const result of results) expect(result).toEqual(results[0])
        }
      }),
      runs,
    )
  })
})
