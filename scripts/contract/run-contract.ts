import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createCalicoHooks } from '../../src/sandbox/calico/admit.ts'
import type { ProcessRunner, SandboxOptions, SimClock } from '../../src/sandbox/contracts.ts'
import type { ContainerProcess } from '../../src/sandbox/life/pods/container-process.ts'
import { createApiHandler } from '../../src/sandbox/server/create-api-handler.ts'
import type { ApiHandler } from '../../src/sandbox/server/handler.types.ts'
import { createStore } from '../../src/sandbox/store/memory-store.ts'
import { type AttachDeps, createAttach } from '../../src/sandbox/streams/attach.ts'
import { ByteQueue } from '../../src/sandbox/streams/byte-queue.ts'
import { createExec } from '../../src/sandbox/streams/exec.ts'
import { createLogHandler, type LogDeps } from '../../src/sandbox/streams/logs.ts'
import { createPortForward, type PortForwardDeps } from '../../src/sandbox/streams/port-forward.ts'
import { isNative, loadCalicoAnswers, replayCalico } from './calico.ts'
import { loadRecordings, type RecordedRequest } from './recording.ts'
import { type CaseResult, replay } from './replay.ts'
import { playProgram } from './session.ts'
import { World } from './world.ts'

const TOKEN = 'contract'
const CLOCK: SimClock = { now: () => new Date(), monotonic: () => performance.now(), scale: 0, sleep: async () => {} }

/** The recorded session whose program runs in a container now. */
let session: RecordedRequest | undefined

/** Programs do what the recorded ones did; what is compared is how the sandbox carries it. */
const PLAYED: ProcessRunner = {
  run: async (_target, _command, io, signal) =>
    session ? playProgram(session, io, signal) : { kind: 'exited', code: 0 },
}

/** A container that ran and printed nothing: what logs hold is compared elsewhere. */
const silentContainer: LogDeps['container'] = (_namespace, pod) => {
  const log = { lines: () => [], closed: true, follow: () => () => {} }
  return {
    log,
    ...(pod === 'crash' ? { previousLog: log } : {}),
    state: { running: {} },
    containerID: 'x',
  } as unknown as ReturnType<LogDeps['container']>
}

/** Attach meets the process of a container that runs already: its output begins when somebody listens. */
const playedContainer: AttachDeps['container'] = () => {
  const played = session
  const stdin = new ByteQueue()
  const gone = new AbortController()
  const listeners = new Set<(stream: 'stdout' | 'stderr', data: Uint8Array) => void>()
  const write = (stream: 'stdout' | 'stderr') => (data: string | Uint8Array) => {
    for (const listener of listeners) listener(stream, Buffer.from(data))
  }
  const io = { stdin, stdout: write('stdout'), stderr: write('stderr'), tty: false }
  const begun = new Promise<void>((resolve) => setImmediate(resolve))
  const done = begun.then(async () => {
    const end = played ? await playProgram(played, io, gone.signal) : undefined
    return end?.kind === 'exited' ? end.code : 128
  })
  const onOutput: ContainerProcess['onOutput'] = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    log: { firstReader: () => false, lines: () => [] },
    state: { running: {} },
    process: { stdin, tty: false, done, onOutput, stop: async () => {} },
  } as unknown as ReturnType<AttachDeps['container']>
}

const SILENT: PortForwardDeps['ports'] = {
  isOpen: () => true,
  http: () => new Promise(() => undefined),
}

/** Replays every recording of a folder, each against an API of its own; `only` picks by name. */
export async function runContract(folder: string, only = ''): Promise<CaseResult[]> {
  let handler: ApiHandler | undefined
  const server = createServer((req, res) => handler!.handleRequest(req, res))
  server.on('upgrade', (req, socket, head) => handler!.handleUpgrade(req, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const results: CaseResult[] = []
  const playing = (request: RecordedRequest | undefined) => {
    session = request
  }
  const open = (calico: SandboxOptions['calico']) => {
    handler?.close()
    const store = createStore({ clock: CLOCK })
    handler = createApiHandler({
      store,
      clock: CLOCK,
      token: TOKEN,
      calico,
      hostPort: () => port,
      hooks: createCalicoHooks({ calico, store }),
      streams: {
        exec: createExec({ store, runner: PLAYED, onBug: console.error }),
        attach: createAttach({ container: playedContainer, now: Date.now, onBug: console.error }),
        portForward: createPortForward({ ports: SILENT, onBug: console.error }),
        log: createLogHandler({ clock: CLOCK, container: silentContainer }),
      },
      onBug: (error) => console.error(error),
    })
    return new World(store)
  }
  const add = async (name: string, run: () => Promise<CaseResult>) => {
    if (!name.includes(only)) return
    const failed = (error: Error): CaseResult => ({ name, outcome: 'failed', details: [String(error.stack)] })
    results.push(await run().catch(failed))
  }
  try {
    for (const recording of loadRecordings(folder)) {
      await add(recording.name, () => replay(recording, { port, token: TOKEN, world: open('3.32'), playing }))
    }
    const answers = join(folder, 'answers.json')
    if (existsSync(answers)) {
      for (const answer of loadCalicoAnswers(answers)) {
        await add(answer.case, () => {
          const world = open(isNative(answer) ? 'native' : '3.32')
          world.ensureNamespace('apicheck')
          world.ensureTier('security', { order: 100, defaultAction: 'Deny' })
          world.ensureTier('platform', { order: 200, defaultAction: 'Deny' })
          return replayCalico(answer, { port, token: TOKEN })
        })
      }
    }
  } finally {
    handler?.close()
    server.closeAllConnections()
    server.close()
  }
  return results
}
