import type { ContainerProcess } from '../life/pods/container-process.ts'
import type { UpgradeStream } from '../server/handler.types.ts'
import { acceptChannels } from './channel-socket.ts'
import { execStatus, internalStatus } from './exec-status.ts'
import { openSession } from './session.ts'
import { sessionOptions } from './session-options.ts'
import { refuseSpdy } from './spdy-refusal.ts'

export interface AttachDeps {
  process(namespace: string, pod: string, container: string): ContainerProcess | undefined
  onBug(error: unknown): void
}

/** Connects to the streams of a container's first process, from now on. */
export function createAttach(deps: AttachDeps): UpgradeStream {
  return (req, socket, head, { namespace, pod, container, query }) => {
    if (req.method === 'POST') {
      refuseSpdy(socket)
      return
    }
    acceptChannels(req, socket, head, (channelSocket) => {
      const session = openSession(channelSocket, sessionOptions(query))
      if (!session) return
      const process = deps.process(namespace, pod.metadata.name, container)
      if (!process) {
        session.finish(
          internalStatus(
            `unable to upgrade connection: container ${container} not found in pod ${pod.metadata.name}_${namespace}`,
          ),
        )
        return
      }
      const { io } = session
      const stop = process.onOutput((stream, data) => (stream === 'stdout' ? io.stdout(data) : io.stderr(data)))
      session.signal.addEventListener('abort', stop, { once: true })
      if (io.stdin && process.stdin) pump(io.stdin, process.stdin).catch(deps.onBug)
      process.done
        .then((end) => {
          stop()
          const command: string[] = []
          const outcome =
            typeof end === 'number' ? { kind: 'exited' as const, code: end } : { kind: 'exited' as const, code: 128 }
          session.finish(execStatus(outcome, command, channelSocket.protocol, ''))
        })
        .catch(deps.onBug)
    })
  }
}

/** stdinOnce is the rule for pods made by kubectl: the first client that ends its input ends the program's. */
async function pump(
  from: AsyncIterable<Uint8Array>,
  to: { push(chunk: Uint8Array): void; end(): void },
): Promise<void> {
  for await (const chunk of from) to.push(chunk)
  to.end()
}
