// Pages of one list are pages of one moment, and a list may ask for an earlier one.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
let api: TestApi
beforeAll(async () => {
  api = await startApi()
  for (const name of ['a', 'b', 'c', 'd']) add(name)
})
afterAll(() => api.close())

function add(name: string): void {
  const metadata = { name, namespace: 'default', labels: { turn: 'first' } }
  api.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata })
}
const list = (query: string) => send(api, { path: `${MAPS}?${query}` })
const shown = (body: any) => body.items.map(({ metadata }: any) => `${metadata.name} ${metadata.labels.turn}`)

it('shows the second page as it was with the first, whatever happened in between', async () => {
  const first = await list('limit=1')
  const { continue: token, resourceVersion, remainingItemCount } = first.body.metadata
  expect([shown(first.body), remainingItemCount]).toEqual([['a first'], 3])
  api.store.remove('configmaps', 'default', 'b')
  add('bb')
  api.store.modify('configmaps', 'default', 'c', (draft) => {
    draft.metadata.labels = { turn: 'second' }
  })
  api.store.remove('configmaps', 'default', 'd')
  add('d')
  const rest = await list(`limit=10&continue=${token}`)
  expect(shown(rest.body)).toEqual(['b first', 'c first', 'd first'])
  expect(rest.body.metadata.resourceVersion).toBe(resourceVersion)
  expect(shown((await list('')).body)).toEqual(['a first', 'bb first', 'c second', 'd first'])

  const exact = await list(`resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)
  expect([shown(exact.body), exact.body.metadata.resourceVersion]).toEqual([
    ['a first', 'b first', 'c first', 'd first'],
    resourceVersion,
  ])
  const selected = await list(
    `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact&labelSelector=turn%3Dsecond`,
  )
  expect(selected.body.items).toEqual([])
})

it('refuses what the history no longer holds with 410, and a way on', async () => {
  const { metadata } = (await list('limit=1')).body
  for (let turn = 0; turn < 2600; turn++)
    api.store.modify('configmaps', 'default', 'a', (draft) => {
      draft.metadata.labels = { turn: String(turn) }
    })
  const old = await list(`limit=1&continue=${metadata.continue}`)
  expect([old.status, old.body.reason]).toEqual([410, 'Expired'])
  const goOn = await list(`limit=10&continue=${old.body.metadata.continue}`)
  expect(shown(goOn.body)).toEqual(['bb first', 'c second', 'd first'])
  const exact = await list(`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`)
  expect([exact.status, exact.body.reason]).toEqual([410, 'Expired'])
})
