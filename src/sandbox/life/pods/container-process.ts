import type { ProcessRunner, SimClock } from '../../contracts.ts'
import type { ImageFacts } from '../../netexec/image-bases.ts'
import { sleep } from '../../sim-clock.ts'
import { ByteQueue } from '../../streams/byte-queue.ts'
import { mainProcess } from '../images/main-process.ts'
import type { ContainerLog } from './container-log.ts'
import { logScriptFor } from './log-scripts.ts'
import { untilKilled } from './until-killed.ts'

/** The main process of a container, as attach, logs and the kubelet see it. */
export interface ContainerProcess {
  /** Its exit code, or the text of a runtime that could not start it. */
  readonly done: Promise<number | { notStarted: string }>
  /** Open while the container asked for `stdin`. */
  readonly stdin: ByteQueue | null
  readonly tty: boolean
  onOutput(listener: (stream: 'stdout' | 'stderr', data: Uint8Array) => void): () => void
  /** SIGTERM: servers stop at once; resolves when it has ended, or at the end of the grace period by SIGKILL. */
  stop(graceMs: number): Promise<void>
}

export interface ProcessDeps {
  runner: ProcessRunner
  clock: SimClock
  target: { namespace: string; pod: string; container: string }
  container: any
  image: ImageFacts
  log: ContainerLog
}

const EXIT_KILLED = 137

export function startProcess(deps: ProcessDeps): ContainerProcess {
  const { container, image, log, clock } = deps
  const listeners = new Set<(stream: 'stdout' | 'stderr', data: Uint8Array) => void>()
  const killed = new AbortController()
  const stdin = container.stdin ? new ByteQueue() : null
  const main = mainProcess(container, image)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()

  const write = (stream: 'stdout' | 'stderr', data: string | Uint8Array) => {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data
    log.append(decoder.decode(bytes), clock.now().getTime())
    for (const listener of [...listeners]) listener(stream, bytes)
  }

  const done = run().finally(() => {
    stdin?.end()
    log.close(clock.now().getTime())
  })

  async function run(): Promise<number | { notStarted: string }> {
    if (main.kind === 'server') {
      log.script(logScriptFor(image), clock.now().getTime())
      return await idle(Number.POSITIVE_INFINITY, 0)
    }
    // A shell without an open stdin reads the end of its input at once.
    if (main.kind === 'shell' && !stdin) return 0
    const naps = napLength(main.command)
    // A container that only sleeps lives in real time: scaled to nothing it would crash-loop in a sandbox without waiting.
    if (naps !== null) return await idle(naps, EXIT_KILLED)
    const io = {
      stdin,
      stdout: (data: string | Uint8Array) => write('stdout', data),
      stderr: (data: string | Uint8Array) => write('stderr', data),
      tty: container.tty === true,
    }
    const end = await untilKilled(deps.runner.run(deps.target, main.command, io, killed.signal), killed.signal)
    return end.kind === 'exited' ? end.code : { notStarted: end.message }
  }

  /** Does nothing for so long; `code` when it is ended before. */
  async function idle(ms: number, code: number): Promise<number> {
    try {
      await (ms === Number.POSITIVE_INFINITY ? forever(killed.signal) : sleep(ms, killed.signal))
      return 0
    } catch {
      return code
    }
  }

  return {
    done,
    stdin,
    tty: container.tty === true,
    onOutput(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop(graceMs) {
      // As PID 1 a shell or sleep ignores SIGTERM, so the whole grace period passes.
      if (main.kind !== 'server') await Promise.race([done, clock.sleep(graceMs)])
      killed.abort(new Error('killed'))
      await done
    },
  }
}

function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** How long a command that only sleeps does so, in milliseconds; null when it does more than that. */
function napLength(command: readonly string[]): number | null {
  let words = command
  if (/(^|\/)(ba|da|a)?sh$/.test(words[0] ?? '') && words[1] === '-c' && words.length === 3) {
    const script = words[2]!.trim().replace(/^exec\s+/, '')
    if (/^while (true|:);? *do +sleep +\d+[smhd]?;? *done;?$/.test(script)) return Number.POSITIVE_INFINITY
    if (!/^[\w./ -]+$/.test(script)) return null
    words = script.split(/\s+/)
  }
  const [program, ...rest] = words
  if (/(^|\/)tail$/.test(program ?? '') && rest.join(' ') === '-f /dev/null') return Number.POSITIVE_INFINITY
  if (/(^|\/)pause$/.test(program ?? '')) return Number.POSITIVE_INFINITY
  if (!/(^|\/)sleep$/.test(program ?? '') || rest.length !== 1) return null
  if (/^inf(inity)?$/.test(rest[0]!)) return Number.POSITIVE_INFINITY
  const amount = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(rest[0]!)
  if (!amount) return null
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[amount[2] || 's']!
  return Number(amount[1]) * unit * 1000
}
