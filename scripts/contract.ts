/**
 * Replays recordings of a real API server against the sandbox and compares the answers:
 *
 *   npm run contract -- DIR
 *
 * DIR holds recordings in the formats of `real-1.34` (one file per command) or `calico-api` (answers.json).
 */

import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCalicoHooks } from '../src/sandbox/calico/admit.ts'
import type { ProcessRunner, SimClock } from '../src/sandbox/contracts.ts'
import { createApiHandler } from '../src/sandbox/server/create-api-handler.ts'
import type { ApiHandler } from '../src/sandbox/server/handler.types.ts'
import { createStore } from '../src/sandbox/store/memory-store.ts'
import { createExec } from '../src/sandbox/streams/exec.ts'
import { createLogHandler, type LogDeps } from '../src/sandbox/streams/logs.ts'
import { loadRecordings } from './contract/recording.ts'
import { type CaseResult, replay } from './contract/replay.ts'
import { World } from './contract/world.ts'

const TOKEN = 'contract'
const CLOCK: SimClock = { now: () => new Date(), monotonic: () => performance.now(), scale: 0, sleep: async () => {} }

/** No command is run here: only how an upgrade is answered is compared. */
const IDLE: ProcessRunner = { run: async () => ({ kind: 'exited', code: 0 }) }

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

async function main(folder: string, only: string | undefined): Promise<number> {
  let handler: ApiHandler | undefined
  const server = createServer((req, res) => handler!.handleRequest(req, res))
  server.on('upgrade', (req, socket, head) => handler!.handleUpgrade(req, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const results: CaseResult[] = []
  try {
    for (const recording of loadRecordings(folder)) {
      if (only && !recording.name.includes(only)) continue
      const store = createStore({ clock: CLOCK })
      handler = createApiHandler({
        store,
        clock: CLOCK,
        token: TOKEN,
        calico: '3.32',
        onBug: (error) => console.error(error),
        hostPort: () => port,
        hooks: createCalicoHooks({ calico: '3.32', store }),
        streams: {
          exec: createExec({ store, runner: IDLE, onBug: console.error }),
          log: createLogHandler({ clock: CLOCK, container: silentContainer }),
        },
      })
      const world = new World(store)
      results.push(
        await replay(recording, { port, token: TOKEN, world }).catch((error: Error) => ({
          name: recording.name,
          outcome: 'failed' as const,
          details: [String(error.stack)],
        })),
      )
      handler.close()
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
  return report(results)
}

function report(results: readonly CaseResult[]): number {
  for (const result of results.filter((one) => one.outcome === 'failed')) {
    console.log(`FAILED ${result.name}`)
    for (const line of result.details) console.log(`  ${line}`)
  }
  const count = (outcome: CaseResult['outcome']) => results.filter((one) => one.outcome === outcome).length
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  return results.length === 0 || count('failed') > 0 ? 1 : 0
}

const dir = process.argv[2]
if (!dir || !existsSync(dir)) {
  console.error('usage: npm run contract -- DIR [NAME]')
  process.exitCode = 2
} else process.exitCode = await main(dir, process.argv[3])
