import { randomBytes } from 'node:crypto'
import type { KubeObject, ProcessRunner, Store } from '../contracts.ts'
import { untilKilled } from '../life/pods/until-killed.ts'
import type { PodStreamParams, UpgradeStream } from '../server/handler.types.ts'
import { acceptSession } from './accept-session.ts'
import type { ChannelSocket } from './channel-socket.ts'
import { execStatus, internalStatus } from './exec-status.ts'
import { openSession } from './session.ts'
import type { SessionOptions } from './session-options.ts'

export interface ExecDeps {
  store: Store
  runner: ProcessRunner
  /** Fault mode: true cuts this session in the middle. */
  cuts?: () => boolean
  onBug(error: unknown): void
}

/** Runs a command in a container: checks have passed, the socket is ours. */
export function createExec(deps: ExecDeps): UpgradeStream {
  return (req, socket, head, params) => {
    acceptSession(req, socket, head, params.query, (session, options) => {
      serve(session, options, params, deps).catch((error: unknown) => {
        deps.onBug(error)
        session.cut()
      })
    })
  }
}

async function serve(
  socket: ChannelSocket,
  options: SessionOptions,
  params: PodStreamParams,
  deps: ExecDeps,
): Promise<void> {
  const session = openSession(socket, options)
  if (!session) return
  const { namespace, container } = params
  const pod = params.pod.metadata
  if (!isRunning(deps.store.get('pods', namespace, pod.name), container)) {
    session.finish(internalStatus(`unable to upgrade connection: container not found ("${container}")`))
    return
  }
  const killed = new AbortController()
  // A pod that goes takes its processes along.
  const unsubscribe = deps.store.subscribe(({ resource, object }) => {
    if (resource !== 'pods' || object.metadata.uid !== pod.uid) return
    if (!isRunning(deps.store.get('pods', namespace, pod.name), container)) killed.abort(new Error('killed'))
  })
  const signal = AbortSignal.any([session.signal, killed.signal])
  try {
    const target = { namespace, pod: pod.name, container }
    const cut = deps.cuts?.() ?? false
    const io = cut ? cutting(session.io, socket) : session.io
    const end = await untilKilled(deps.runner.run(target, options.command, io, signal), signal)
    if (cut) socket.cut()
    else session.finish(execStatus(end, options.command, socket.protocol, randomBytes(32).toString('hex')))
  } finally {
    unsubscribe()
  }
}

type Output = (data: string | Uint8Array) => void

/** The connection breaks after the first piece of output, or soon when there is none. */
function cutting<T extends { stdout: Output; stderr: Output }>(io: T, socket: ChannelSocket): T {
  const once =
    (write: Output): Output =>
    (data) => {
      write(data)
      setImmediate(() => socket.cut())
    }
  setTimeout(() => socket.cut(), 20).unref()
  return { ...io, stdout: once(io.stdout), stderr: once(io.stderr) }
}

function isRunning(pod: KubeObject | undefined, container: string): boolean {
  const statuses = [
    ...(pod?.status?.containerStatuses ?? []),
    ...(pod?.status?.ephemeralContainerStatuses ?? []),
    ...(pod?.status?.initContainerStatuses ?? []),
  ]
  return statuses.some(({ name, state }: any) => name === container && state?.running !== undefined)
}
