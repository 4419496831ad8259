import type { ProcessRunner, SimClock, Store } from '../contracts.ts'
import type { Life } from '../life/life.ts'
import type { StreamHandlers } from '../server/handler.types.ts'
import { createAttach } from './attach.ts'
import { createExec } from './exec.ts'
import { createLogHandler } from './logs.ts'

export interface StreamDeps {
  store: Store
  clock: SimClock
  runner: ProcessRunner
  life: Life
  cuts?: () => boolean
  onBug(error: unknown): void
}

/** Everything that takes over a socket: exec, attach, logs. */
export function createStreams(deps: StreamDeps): StreamHandlers {
  return {
    exec: createExec(deps),
    attach: createAttach({
      process: (namespace, pod, container) => deps.life.container(namespace, pod, container)?.process,
      onBug: deps.onBug,
    }),
    log: createLogHandler({
      clock: deps.clock,
      container: (namespace, pod, container) => deps.life.container(namespace, pod, container),
    }),
  }
}
