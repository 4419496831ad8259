// Reads, deletes, patches and rights on Calico's kinds, in the order they were recorded: the answers over HTTP.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { comparable, type SequenceCase, SequenceWorld, sequenceCases } from './sequence.ts'

/** What kubectl did between the requests and is not sent here. */
const BY_KUBECTL: Record<string, [kind: string, name: string][]> = {
  'tier-delete-with-policies': [['Tier', 'holder']],
  'tier-delete-emptied-gone': [['Tier', 'holder']],
  'kinds-delete-wait': [['NetworkPolicy', 'platform.n']],
  'kinds-table-empty': [
    ['NetworkPolicy', 'security.n'],
    ['NetworkPolicy', 'plain'],
  ],
}

describe.each(['aggregated', 'native'] as const)('%s', (mode) => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open(mode)
  })
  afterAll(() => world?.close())

  it.each(requests(mode).map((one) => [one.case, one] as const))('%s', async (name, { before, raw }) => {
    for (const earlier of before) {
      await world.prepare(earlier)
      for (const [kind, object] of BY_KUBECTL[earlier] ?? []) await world.remove(kind, object)
    }
    const check = async () => {
      const { answer, status } = await ask(raw)
      expect({ status, answer: ordered(answer) }).toEqual({ status: raw.http, answer: ordered(comparable(raw.answer)) })
      return status
    }
    // A controller has a say in this one, a moment later.
    const status = name === 'tier-delete-with-policies' ? await vi.waitFor(check) : await check()
    // Created to see whether it may be.
    if (name.startsWith('rbac-') && status === 201) await world.remove('NetworkPolicy', raw.body.metadata.name)
  })

  async function ask(raw: NonNullable<SequenceCase['raw']>) {
    const accept = raw.answer?.kind === 'Table' ? 'application/json;as=Table;v=v1;g=meta.k8s.io' : 'application/json'
    const headers = { accept, ...(raw.as ? { 'impersonate-user': raw.as } : {}) }
    const { status, body } = await world.send(raw.method, raw.path, raw.body, headers)
    return { status, answer: comparable(body) }
  }
})

interface RawCase {
  case: string
  /** The cases since the last one that was sent as a request, and this one: their states are made in turn. */
  before: string[]
  raw: NonNullable<SequenceCase['raw']>
}

function requests(mode: SequenceCase['mode']): RawCase[] {
  let before: string[] = []
  return sequenceCases(mode).flatMap((one) => {
    before.push(one.case)
    if (!one.raw) return []
    const found = [{ case: one.case, before, raw: one.raw }]
    before = []
    return found
  })
}

/** Custom resources are discovered in the order their definitions came. */
function ordered(answer: any): any {
  if (answer?.kind !== 'APIResourceList') return answer
  return { ...answer, resources: [...answer.resources].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}
