import type { KubeObject } from '../contracts.ts'
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
      const runtime = deps.container(namespace, pod.metadata.name, container)
      serve(session, options, { runtime, missing, stdinOnce: isStdinOnce(pod, container) }, deps).catch(deps.onBug)
    })
  }
}

interface Attached {
  runtime: ContainerRuntime | undefined
  /** What is said when there is none. */
  missing: string
  stdinOnce: boolean
}

/** Pods made by `kubectl run -i` have it: the first client that ends its input ends the program's. */
function isStdinOnce({ spec }: KubeObject, name: string): boolean {
  const lists = [spec?.containers, spec?.ephemeralContainers, spec?.initContainers]
  const found = lists.flatMap((list) => list ?? []).find((container: { name: string }) => container.name === name)
  return found?.stdinOnce === true
}

async function serve(
  socket: ChannelSocket,
  options: SessionOptions,
  { runtime, missing, stdinOnce }: Attached,
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
  if (io.stdin && process.stdin) pump(io.stdin, process.stdin, stdinOnce).catch(deps.onBug)
  const end = await process.done
  stop()
  session.finish(execStatus({ kind: 'exited', code: typeof end === 'number' ? end : 128 }, [], socket.protocol, ''))
}

async function pump(
  from: AsyncIterable<Uint8Array>,
  to: { push(chunk: Uint8Array): void; end(): void },
  endsWithIt: boolean,
): Promise<void> {
  for await (const chunk of from) to.push(chunk)
  if (endsWithIt) to.end()
}
