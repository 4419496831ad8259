import { describe, expect, it } from 'vitest'
import type { EngineDeps } from '../../src/engine/deps.ts'
import { provedHere, recordProof } from '../../src/engine/proved-here.ts'
import { recordKey } from '../../src/engine/reset/state-namespace.ts'
import { step, track } from './helpers/small-shop.ts'

const one = track(step(1, [], []))

/** Only what is asked for here: the record of the cluster, and a memory. */
function depsWith(get: () => unknown): { deps: EngineDeps; kept: { passed: number[]; byHand: number[] } } {
  const kept = { passed: [] as number[], byHand: [] as number[] }
  const progress = {
    passed: async () => kept.passed,
    byHand: async () => kept.byHand,
    record: async (number: number, ok: boolean, byHand = false) => {
      if (ok) kept.passed.push(number)
      if (ok && byHand) kept.byHand.push(number)
    },
    forget: async () => undefined,
  }
  return { deps: { progress, cluster: { get: async () => get() } } as unknown as EngineDeps, kept }
}

describe('what was proved on a cluster', () => {
  it('counts without a record in the cluster only if there was none when it was proved', async () => {
    let record: unknown = { data: { [recordKey(one)]: '{}' } }
    const { deps } = depsWith(() => record)
    await recordProof(deps, one, 1, true)
    expect(await provedHere(deps, one)).toEqual([1])
    record = null
    expect(await provedHere(deps, one)).toEqual([])
    await recordProof(deps, one, 2, true)
    expect(await provedHere(deps, one)).toEqual([2])
  })

  it('is written down although the cluster does not answer just then', async () => {
    const { deps, kept } = depsWith(() => {
      throw new Error('connection refused')
    })
    await recordProof(deps, one, 1, true)
    expect(kept).toEqual({ passed: [1], byHand: [] })
  })
})
