import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/cluster/port.ts'
import type { EngineFiles } from '../../../src/engine/deps.ts'
import { createDerived } from '../../../src/engine/session/derived.ts'
import { createSnapshot } from '../../../src/engine/snapshot.ts'

const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

function setup() {
  let snapshot = createSnapshot([])
  const manifests = new Map<string, readonly KubeObject[] | Error>([['a.yaml', [object('a')]]])
  const files = {
    objects(name: string) {
      const found = manifests.get(name) ?? new Error(`no ${name}`)
      if (found instanceof Error) throw found
      return found
    },
  } as EngineFiles
  const derived = createDerived(files, () => snapshot)
  let computed = 0
  return {
    derived,
    manifests,
    computed: () => computed,
    change: () => {
      snapshot = createSnapshot([])
    },
    names: () =>
      derived.of('names', () => {
        computed += 1
        return derived.files.objects('a.yaml').map(({ metadata }) => metadata.name)
      }),
  }
}

/** Files are looked at once for all that is asked in one go. */
const later = () => Promise.resolve()

describe('what follows from objects and files', () => {
  it('is worked out once while neither changes, and is the very same then', async () => {
    const { names, computed } = setup()
    const first = names()
    await later()
    expect(names()).toBe(first)
    expect(computed()).toBe(1)
  })

  it('is worked out anew when the objects are others', () => {
    const { names, change, computed } = setup()
    names()
    change()
    names()
    expect(computed()).toBe(2)
  })

  it('is worked out anew when a file that was read is another one', async () => {
    const { names, manifests } = setup()
    expect(names()).toEqual(['a'])
    await later()
    manifests.set('a.yaml', [object('b')])
    expect(names()).toEqual(['b'])
  })

  it('sees one state of the files in one go', () => {
    const { derived, names, manifests } = setup()
    names()
    manifests.set('a.yaml', [object('b')])
    expect(derived.files.objects('a.yaml')[0]?.metadata.name).toBe('a')
  })

  it('throws what reading a file throws, and goes on when the file can be read again', async () => {
    const { names, manifests } = setup()
    manifests.set('a.yaml', new Error('half written'))
    expect(names).toThrow('half written')
    await later()
    expect(names).toThrow('half written')
    manifests.set('a.yaml', [object('whole')])
    await later()
    expect(names()).toEqual(['whole'])
  })

  it('is forgotten on request', () => {
    const { derived, names, computed } = setup()
    names()
    derived.forget()
    names()
    expect(computed()).toBe(2)
  })
})
