import { expect, it } from 'vitest'
import { createEventRecorder } from '../../../src/sandbox/life/events.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { createStore } from '../../../src/sandbox/store/memory-store.ts'

const clock = createSimClock(0)

function world() {
  const store = createStore({ clock })
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } })
  const about = store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'lab' } })
  return { store, about }
}
const pulled = (message: string) => ({ reason: 'Pulled', message, component: 'kubelet', host: 'node' })

it('counts what is said again instead of saying it twice, also after a restart', () => {
  const { store, about } = world()
  const record = createEventRecorder(store, clock)
  record(about, pulled('a'))
  record(about, pulled('a'))
  record(about, pulled('b'))
  createEventRecorder(store, clock)(about, pulled('a'))
  const events = store.list('events', 'lab')
  expect(events.map(({ message, count }) => [message, count]).sort()).toEqual([
    ['a', 3],
    ['b', 1],
  ])
  expect(events[0]).toMatchObject({
    involvedObject: { kind: 'Pod', name: 'p', uid: about.metadata.uid },
    type: 'Normal',
  })
})

it('keeps a thousand and lets the oldest go, those of an earlier run first', () => {
  const { store, about } = world()
  const before = createEventRecorder(store, clock)
  for (let i = 0; i < 600; i++) before(about, pulled(`early ${i}`))
  const after = createEventRecorder(store, clock)
  for (let i = 0; i < 600; i++) after(about, pulled(`late ${i}`))
  const messages = store.list('events', 'lab').map(({ message }) => message as string)
  expect(messages).toHaveLength(1000)
  expect(messages.filter((message) => message.startsWith('late'))).toHaveLength(600)
  expect(messages).not.toContain('early 0')
})

it('says nothing in a namespace that is going or gone', () => {
  const { store, about } = world()
  const record = createEventRecorder(store, clock)
  store.modify('namespaces', undefined, 'lab', (draft) => {
    draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
  })
  record(about, pulled('late'))
  expect(store.list('events')).toEqual([])
})
