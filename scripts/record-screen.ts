/**
 * Records moments of a real session on the sandbox, from the first step to the last, for the tests of the screen and its
 * pictures: what the session said, and the objects the cluster held. `npx tsx scripts/record-screen.ts` writes them anew.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { KubeObject } from '../src/cluster/port.ts'
import { createSession } from '../src/engine/session.ts'
import type { SessionState } from '../src/engine/session.types.ts'
import { readSnapshot } from '../src/engine/snapshot.ts'
import { openLab } from '../test/engine/helpers/on-sandbox.ts'

const file = join(dirname(fileURLToPath(import.meta.url)), '../test/data/screen/moments.json.gz')
const lab = await openLab()
const { memory: _, ...work } = lab.work
const session = await createSession({
  work,
  place: {
    name: 'sandbox',
    edition: 'open-source',
    version: '3.32',
    via: 'kubectl',
    kubeconfig: '/home/you/.local/state/hipster-workshop/sandbox-3.32/kubeconfig',
    isSandbox: true,
  },
})
/** What was done follows from the events up to there. */
const moments: { name: string; state: Omit<SessionState, 'run' | 'track'>; events: number; objects: KubeObject[] }[] =
  []

function until(wanted: (state: SessionState) => boolean): Promise<SessionState> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(session.get())) return
      unsubscribe()
      resolve(session.get())
    }
    const unsubscribe = session.subscribe(look)
    look()
  })
}

async function keep(name: string) {
  const { run: _run, track: _track, ...state } = session.get()
  const events = session.events.length
  const { objects } = await readSnapshot(lab.cluster)
  moments.push({ name, state, events, objects: objects.map(withoutManagers) })
}

/** Who wrote which field is nothing the screen shows. */
function withoutManagers({ metadata, ...object }: KubeObject): KubeObject {
  const { managedFields: _, ...rest } = metadata as typeof metadata & { managedFields?: unknown }
  return { ...object, metadata: rest } as KubeObject
}

const idle = ({ mode }: SessionState) => mode === 'idle'
const settled = (state: SessionState, step: number) =>
  [...(state.run.steps.get(step)?.probes.values() ?? [])].filter((row) => row.ok !== null).length
const passed = (state: SessionState, step: number) => idle(state) && state.run.steps.get(step)?.status === 'passed'

async function runTo(step: number) {
  for (let number = session.get().current; number <= step; number += 1) {
    session.send({ type: 'select-step', step: number })
    session.send({ type: 'run-step' })
    await until((state) => passed(state, number))
  }
  session.send({ type: 'select-step', step: Math.min(8, step + 1) })
}

await keep('begin')
await runTo(3)
session.send({ type: 'next' })
await until((state) => idle(state) && state.run.steps.get(4)?.actions.some(({ status }) => status === 'done') === true)
await keep('acting')
session.send({ type: 'run-step' })
await until((state) => settled(state, 4) > 60)
await keep('proving')
await until((state) => passed(state, 4))
session.send({ type: 'select-step', step: 4 })
await keep('proved')
await lab.cluster.delete({
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  name: 'security.pci-restrict',
})
await until((state) => state.drift.length > 0)
await keep('drift')
session.send({ type: 'prove' })
await until((state) => idle(state) && state.run.steps.get(4)?.status === 'failed')
await keep('wrong')
await lab.cluster.executor.run({ kind: 'apply', ...lab.work.deps.files.manifest('calico/04-pci.yaml') })
await until(({ drift }) => drift.length === 0)
session.send({ type: 'prove' })
await until((state) => passed(state, 4))
session.send({ type: 'run-all' })
await until((state) => passed(state, 8))
await keep('end')

const written = JSON.stringify({ events: session.events, moments })
// The home of the recording is nobody's; the address of its server neither.
const text = written.replaceAll(lab.home, '/home/you/.local/state/hipster-workshop')
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, gzipSync(text, { level: 9 }))
console.log(`${moments.length} moments, ${session.events.length} events: ${file}`)
await session.close()
await lab.close()
