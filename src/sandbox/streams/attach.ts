import type { ContainerRuntime } from '../life/pods/container-runtime.ts'
import type { UpgradeStream } from '../server/handler.types.ts'
import { acceptSession } from './accept-session.ts'
import type { ChannelSocket } from './channel-socket.ts'
import { execStatus, internalStatus } from './exec-status.ts'
import { openSession } from './session.ts'
import type { SessionOptions } from './session-options.ts'

export interface AttachDeps {
  container(namespace: string, pod: string, container: string): ContainerRuntime | undefined
  now(): number
  onBug(error: unknown): void
}

/** Connects to the streams of a container's first process. */
export function createAttach(deps: AttachDeps): UpgradeStream {
  return (req, socket, head, { namespace, pod, container, query }) => {
    acceptSession(req, socket, head, query, (session, options) => {
      const missing = `container ${container} not found in pod ${pod.metadata.name}_${namespace}`
      serve(session, options, deps.container(namespace, pod.metadata.name, container), missing, deps).catch(deps.onBug)
    })
  }
}

async function serve(
  socket: ChannelSocket,
  options: SessionOptions,
  runtime: ContainerRuntime | undefined,
  missing: string,
  deps: AttachDeps,
): Promise<void> {
  const session = openSession(socket, options)
  if (!session) return
  const { io } = session
  const process = runtime?.process
  const ended = runtime?.state.terminated
  if (!runtime || (!process && !ended)) {
    session.finish(internalStatus(`unable to upgrade connection: ${missing}`))
    return
  }
  // `kubectl run -i` attaches as soon as the pod runs; where no time passes the program has spoken by then.
  if (options.stdin && runtime.log.firstReader()) {
    for (const { text } of runtime.log.lines(deps.now())) io.stdout(`${text}${io.tty ? '\r' : ''}\n`)
  }
  if (!process) {
    session.finish(execStatus({ kind: 'exited', code: ended.exitCode }, [], socket.protocol, ''))
    return
  }
  const stop = process.onOutput((stream, data) => (stream === 'stdout' ? io.stdout(data) : io.stderr(data)))
  session.signal.addEventListener('abort', stop, { once: true })
  if (io.stdin && process.stdin) pump(io.stdin, process.stdin).catch(deps.onBug)
  const end = await process.done
  stop()
  session.finish(execStatus({ kind: 'exited', code: typeof end === 'number' ? end : 128 }, [], socket.protocol, ''))
}

/** stdinOnce is the rule for pods made by kubectl: the first client that ends its input ends the program's. */
async function pump(
  from: AsyncIterable<Uint8Array>,
  to: { push(chunk: Uint8Array): void; end(): void },
): Promise<void> {
  for await (const chunk of from) to.push(chunk)
  to.end()
}
