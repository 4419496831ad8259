import type { Network, ProcessRunner, SimClock, Store } from '../contracts.ts'
import type { Life } from '../life/life.ts'
import type { StreamHandlers } from '../server/handler.types.ts'
import { createAttach } from './attach.ts'
import { createExec } from './exec.ts'
import { createLogHandler } from './logs.ts'
import { createPortForward } from './port-forward.ts'

export interface StreamDeps {
  store: Store
  clock: SimClock
  runner: ProcessRunner
  network: Pick<Network, 'connect' | 'http'>
  life: Life
  cuts?: () => boolean
  onBug(error: unknown): void
}

/** Everything that takes over a socket: exec, attach, logs, port-forward. */
export function createStreams(deps: StreamDeps): StreamHandlers {
  return {
    exec: createExec(deps),
    attach: createAttach({
      container: (namespace, pod, container) => deps.life.container(namespace, pod, container),
      now: () => deps.clock.now().getTime(),
      onBug: deps.onBug,
    }),
    portForward: createPortForward({
      ports: {
        isOpen: (pod, port) => deps.network.connect(pod, '127.0.0.1', port).kind === 'open',
        http: (pod, request) => deps.network.http(pod, request),
      },
      onBug: deps.onBug,
    }),
    log: createLogHandler({
      clock: deps.clock,
      container: (namespace, pod, container) => deps.life.container(namespace, pod, container),
    }),
  }
}
