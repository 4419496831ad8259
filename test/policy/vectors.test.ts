import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runVectors } from '../../scripts/vectors/run.ts'

const folder = new URL('../data/vectors/', import.meta.url).pathname

/** Faults of the evaluator these verdicts came from, not of the dataplane: see test/data/vectors/README.md. */
const contradicted = ['w-114', 'w-124', 'w-137', 'w-48', 'w-52', 'w-6', 'w-67', 'w-91']

describe('upstream vectors', async () => {
  const results = await runVectors(folder)
  it('are all there', () => {
    expect(results.map(({ name }) => name)).toEqual([
      'k8s-netpol.json',
      'ordering.json',
      'policy-eval.json',
      'selectors.json',
      'validation.json',
      'worlds.json',
    ])
  })
  it.each(results)('$name', ({ name, passed, failures }) => {
    expect(passed).toBeGreaterThan(30)
    expect(failures.map(({ id }) => id).sort()).toEqual(name === 'worlds.json' ? contradicted : [])
  })
})

describe('the runner', () => {
  const copies: string[] = []
  afterAll(() => {
    for (const copy of copies) rmSync(copy, { recursive: true })
  })
  function changedCopy(name: string, change: (cases: any[]) => void): string {
    const copy = mkdtempSync(join(tmpdir(), 'vectors-'))
    copies.push(copy)
    const content = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    change(content.cases)
    writeFileSync(join(copy, name), JSON.stringify(content))
    return copy
  }
  const failedIds = async (directory: string) =>
    (await runVectors(directory)).flatMap(({ failures }) => failures.map(({ id }) => id))

  it('fails each of ten corrupted cases of every kind', async () => {
    const corruptions: [string, (test: any) => boolean][] = [
      ['k8s-netpol.json', flipVerdict],
      ['policy-eval.json', flipVerdict],
      ['validation.json', flipValidity],
      ['ordering.json', corruptOrdering],
      ['selectors.json', flipMatch],
    ]
    for (const [name, corrupt] of corruptions) {
      const ids: string[] = []
      const copy = changedCopy(name, (cases) => {
        for (const test of cases) if (ids.length < 10 && corrupt(test)) ids.push(test.id)
      })
      expect(ids).toHaveLength(10)
      expect(await failedIds(copy), name).toEqual(ids)
    }
  })

  it('fails a case whose trace names another rule', async () => {
    const copy = changedCopy('worlds.json', (cases) => {
      cases.splice(0, cases.length, ...cases.filter(({ id }) => id === 'w-0'))
      cases[0].flows[0].egress.enforced[0].rule += 1
    })
    expect(await failedIds(copy)).toEqual(['w-0'])
  })

  it('fails a file that is no JSON or holds no cases', async () => {
    const copy = changedCopy('ordering.json', (cases) => cases.splice(0))
    writeFileSync(join(copy, 'broken.json'), '{')
    expect(await failedIds(copy)).toEqual(['broken.json', 'ordering.json'])
  })

  it('finds vectors whatever the file is called', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'vectors-'))
    copies.push(copy)
    cpSync(join(folder, 'ordering.json'), join(copy, 'anything.json'))
    expect((await runVectors(copy))[0]).toMatchObject({ name: 'anything.json', passed: 31, failures: [] })
  })
})

function flipVerdict(test: any): boolean {
  test.flows[0].expected = test.flows[0].expected === 'allow' ? 'deny' : 'allow'
  return true
}

function flipValidity(test: any): boolean {
  test.valid = !test.valid
  return true
}

function flipMatch(test: any): boolean {
  if (test.type !== 'match') return false
  test.matches = !test.matches
  return true
}

function corruptOrdering(test: any): boolean {
  if (!Array.isArray(test.expected) || test.expected.length < 2) return false
  test.expected.reverse()
  return true
}
