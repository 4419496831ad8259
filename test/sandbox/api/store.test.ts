import { describe, expect, it } from 'vitest'
import type { Change, KubeObject } from '../../../src/sandbox/contracts.ts'
import { createStore } from '../../../src/sandbox/store/memory-store.ts'

const clock = { now: () => new Date('2026-01-01T00:00:00Z') }

function pod(name: string, extra: Partial<KubeObject> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { a: 1 }, ...extra }
}

describe('store', () => {
  it('stamps what it creates and gives each change the next revision', () => {
    const store = createStore({ clock })
    const before = store.revision
    const created = store.create('pods', pod('a'))
    expect(created.metadata).toMatchObject({
      resourceVersion: String(before + 1),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    })
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(store.revision).toBe(before + 1)
  })

  it('draws another name when a generated one is taken', () => {
    const store = createStore({ clock })
    const object = { ...pod(''), metadata: { name: '', generateName: 'web-', namespace: 'shop' } }
    const names = new Set([1, 2, 3].map(() => store.create('pods', object).metadata.name))
    expect(names.size).toBe(3)
    for (const name of names) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  it('refuses a second object of one name and an update from an old revision', () => {
    const store = createStore({ clock })
    const first = store.create('pods', pod('a'))
    expect(() => store.create('pods', pod('a'))).toThrow('pods "a" already exists')
    store.update('pods', { ...first, spec: { a: 2 } })
    expect(() => store.update('pods', { ...first, spec: { a: 3 } })).toThrow('the object has been modified')
  })

  it('counts generations by the spec alone, and not at all for kinds without', () => {
    const store = createStore({ clock })
    store.create('pods', pod('a'))
    store.modify('pods', 'shop', 'a', (draft) => {
      draft.metadata.labels = { x: 'y' }
    })
    expect(store.get('pods', 'shop', 'a')?.metadata.generation).toBe(1)
    store.modify('pods', 'shop', 'a', (draft) => {
      draft.spec.a = 2
    })
    expect(store.get('pods', 'shop', 'a')?.metadata.generation).toBe(2)
    const config = store.create('configmaps', { ...pod('c'), kind: 'ConfigMap' })
    expect(config.metadata.generation).toBeUndefined()
  })

  it('writes nothing when nothing differs', () => {
    const store = createStore({ clock })
    const created = store.create('pods', pod('a'))
    expect(store.update('pods', { ...created, spec: { a: 1 } })).toBe(created)
    expect(store.revision).toBe(Number(created.metadata.resourceVersion))
  })

  it('never hands out what a reader could change', () => {
    const store = createStore({ clock })
    const mine = pod('a')
    store.create('pods', mine)
    mine.spec.a = 99
    const read = store.get('pods', 'shop', 'a')!
    expect(read.spec.a).toBe(1)
    expect(() => {
      read.spec.a = 5
    }).toThrow(TypeError)
  })

  it('shares what a change leaves as it was, and gives drafts that cannot reach it', () => {
    const store = createStore({ clock })
    const first = store.create('pods', pod('a', { spec: { containers: [{ name: 'c' }], volumes: [{ name: 'v' }] } }))
    const second = store.modify('pods', 'shop', 'a', (draft) => {
      draft.metadata.labels = { x: 'y' }
      expect(() => draft.spec.containers.push({})).toThrow(TypeError)
    })!
    expect(second.spec).toBe(first.spec)
    const third = store.update('pods', { ...second, spec: structuredClone({ ...second.spec, volumes: [] }) })
    expect(third.spec).not.toBe(second.spec)
    expect(third.spec.containers).toBe(second.spec.containers)
    expect(second.spec.volumes).toEqual([{ name: 'v' }])
    expect(Object.isFrozen(third.spec.volumes) && Object.isFrozen(third.metadata)).toBe(true)
  })

  it('takes names of the prototype as the data they are', () => {
    const store = createStore({ clock })
    const data = (text: string) => ({ ...pod('a'), data: JSON.parse(text) })
    store.create('configmaps', data('{"__proto__":{},"constructor":"x"}'))
    store.update('configmaps', data('{"constructor":"x","toString":{}}'))
    const { data: stored } = store.get('configmaps', 'shop', 'a')!
    expect(Object.keys(stored).sort()).toEqual(['constructor', 'toString'])
    const last = store.update('configmaps', data('{"__proto__":{"a":1}}')).data
    expect(Object.entries(last)).toEqual([['__proto__', { a: 1 }]])
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  it('keeps its order while objects come and go', () => {
    const store = createStore({ clock })
    const wanted = new Set<string>()
    const names = (namespace?: string) =>
      store.list('pods', namespace).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    for (let turn = 0; turn < 400; turn++) {
      const [namespace, name] = [`n${turn % 3}`, `p${(turn * 37) % 101}`]
      const key = `${namespace}/${name}`
      if (wanted.delete(key)) store.remove('pods', namespace, name)
      else {
        wanted.add(key)
        store.create('pods', { ...pod(name), metadata: { name, namespace } })
      }
      if (turn % 20 === 0) expect(names()).toEqual([...wanted].sort())
    }
    expect(names()).toEqual([...wanted].sort())
    expect(names('n1')).toEqual([...wanted].filter((key) => key.startsWith('n1/')).sort())
    expect(names('n')).toEqual([])
  })

  it('lists by namespace and name', () => {
    const store = createStore({ clock })
    for (const [namespace, name] of [
      ['b', 'x'],
      ['a', 'z'],
      ['a', 'y'],
    ] as const) {
      store.create('pods', { ...pod(name), metadata: { name, namespace } })
    }
    const keys = (list: KubeObject[]) => list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    expect(keys(store.list('pods'))).toEqual(['a/y', 'a/z', 'b/x'])
    expect(keys(store.list('pods', 'a'))).toEqual(['a/y', 'a/z'])
  })

  it('tells every listener every change in one order, also those made by listeners', () => {
    const store = createStore({ clock })
    const seen: string[][] = [[], []]
    store.subscribe((change) => {
      seen[0]!.push(change.object.metadata.name)
      if (change.object.metadata.name === 'a') store.create('pods', pod('b'))
    })
    store.subscribe((change) => seen[1]!.push(change.object.metadata.name))
    store.create('pods', pod('a'))
    expect(seen).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  it('replays changes after a revision, and says when its history is too short', () => {
    const store = createStore({ clock, historyLimit: 4 })
    const start = store.revision
    store.create('pods', pod('a'))
    const names = (changes: Change[] | null) => changes?.map(({ type, object }) => `${type} ${object.metadata.name}`)
    store.create('pods', pod('b'))
    store.remove('pods', 'shop', 'a')
    expect(names(store.since(start + 1, 'pods'))).toEqual(['ADDED b', 'DELETED a'])
    expect(store.since(start, 'services')).toEqual([])
    for (let i = 0; i < 10; i++) store.create('pods', pod(`n${i}`))
    expect(store.since(start, 'pods')).toBeNull()
  })

  it('comes back from a snapshot with the same objects, and sends old watches to a new list', () => {
    const store = createStore({ clock })
    const created = store.create('pods', pod('a'))
    const again = createStore({ clock })
    again.restore(JSON.parse(JSON.stringify(store.snapshot())))
    expect(again.get('pods', 'shop', 'a')).toEqual(created)
    expect(again.since(Number(created.metadata.resourceVersion), 'pods')).toBeNull()
    expect(again.create('pods', pod('b')).metadata.resourceVersion).not.toBe(created.metadata.resourceVersion)
  })
})
