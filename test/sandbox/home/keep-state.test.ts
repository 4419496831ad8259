// A disk that takes no more: the sandbox goes on, says so once, and writes everything when there is room again.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepState } from '../../../src/sandbox/home/keep-state.ts'
import { layoutOf } from '../../../src/sandbox/home/layout.ts'
import { loadState } from '../../../src/sandbox/home/load-state.ts'
import { createStore, type MemoryStore } from '../../../src/sandbox/store/memory-store.ts'

const FULL = '/dev/full'
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hw-state-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const newStore = () => createStore({ clock: { now: () => new Date() } })
const add = (store: MemoryStore, name: string, text = '') =>
  store.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'a' },
    data: { text },
  })
const namesIn = (store: MemoryStore) => store.list('configmaps').map(({ metadata }) => metadata.name)

it.skipIf(!existsSync(FULL))(
  'goes on in memory while the disk is full, and loses nothing when it is not any more',
  () => {
    const good = layoutOf(home, 'none')
    const layout = { ...good, folder: home, state: join(home, 'state.json'), journal: FULL }
    const store = newStore()
    const notices: string[] = []
    const keeper = keepState(layout, store, 'none', (message) => notices.push(message))
    for (const name of ['one', 'two', 'three']) add(store, name)
    expect(namesIn(store)).toEqual(['one', 'three', 'two'])
    expect(notices).toEqual([expect.stringMatching(/cannot be written .*ENOSPC.* goes on in memory/)])
    layout.journal = join(home, 'journal.ndjson')
    keeper.close()
    expect(notices[1]).toMatch(/is written to .* again/)
    const next = newStore()
    expect(loadState(layout, next, () => undefined)).toBe(true)
    expect(namesIn(next)).toEqual(['one', 'three', 'two'])
  },
)

it('keeps texts of every script whole, line by line', () => {
  const layout = { ...layoutOf(home, 'none'), state: join(home, 'state.json'), journal: join(home, 'journal.ndjson') }
  const store = newStore()
  keepState(layout, store, 'none', () => undefined)
  const text = 'ünïcödé 漢字 \u2028 \n "quoted" '.repeat(2000)
  add(store, 'long', text)
  expect(readFileSync(layout.journal, 'utf8').trim().split('\n')).toHaveLength(1)
  const next = newStore()
  loadState(layout, next, () => undefined)
  expect(next.get('configmaps', 'a', 'long')!.data.text).toBe(text)
})
