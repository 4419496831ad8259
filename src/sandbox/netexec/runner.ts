/**
 * exec into a simulated container. A command without a shell starts at once; with one the shell interpreter is loaded.
 * Never a real process, never a real file.
 */
import { setMaxListeners } from 'node:events'
import type { KubeObject, ProcessEnd, ProcessIo, ProcessRunner, SimClock, Store } from '../contracts.ts'
import type { SimNetwork } from '../network/network.ts'
import { openContainer } from './container.ts'
import { Interrupted } from './interrupt.ts'
import { type Container, isAscii, Killed, type Process, type Sink, toBytes } from './process.ts'
import { createTerminal, streamReader } from './terminal.ts'
import { findProgram } from './tools/registry.ts'

export interface RunnerOptions {
  store: Store
  network: SimNetwork
  clock: SimClock
}

/** Containers whose written files are remembered. */
const MAX_CONTAINERS = 500

export function createProcessRunner({ store, network, clock }: RunnerOptions): ProcessRunner {
  /** By life of a container: what was written lasts as long as it; the rest is made anew when the cluster changes. */
  const opened = new Map<string, { pod: KubeObject; version: number; container: Container }>()

  const openedContainer = (life: string, pod: KubeObject, name: string): Container | undefined => {
    const before = opened.get(life)
    const { version } = network.topology
    if (before?.pod === pod && before.version === version) return before.container
    const container = openContainer(pod, name, network, store, (make) => before?.container.files ?? make())
    if (container === undefined) return undefined
    opened.delete(life)
    opened.set(life, { pod, version, container })
    if (opened.size > MAX_CONTAINERS) opened.delete(opened.keys().next().value as string)
    return container
  }

  const run = async (
    target: { namespace: string; pod: string; container: string },
    command: readonly string[],
    io: ProcessIo,
    signal: AbortSignal,
  ): Promise<ProcessEnd> => {
    const pod = store.get('pods', target.namespace, target.pod)
    if (pod === undefined) return { kind: 'not-started', message: `pod ${target.pod} not found` }
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])]
    const status = statuses.find((each: any) => each.name === target.container)
    const life = `${pod.metadata.uid} ${target.container} ${status?.containerID ?? ''} ${status?.restartCount ?? 0}`
    const container = openedContainer(life, pod, target.container)
    if (container === undefined)
      return { kind: 'not-started', message: `container ${target.container} not found in pod ${target.pod}` }
    const argv = command.map(toBytes)
    const [name = ''] = argv
    const program = findProgram(container, name, container.workingDir)
    if (typeof program !== 'function') return { kind: 'not-started', message: notStarted(name, program) }

    const stop = new AbortController()
    // Every job of a script that waits listens to it.
    setMaxListeners(0, stop.signal)
    const forward = (): void => stop.abort(signal.reason)
    if (signal.aborted) forward()
    signal.addEventListener('abort', forward, { once: true })
    const terminal = io.tty ? createTerminal(io) : null
    const process: Process = {
      argv,
      env: io.tty ? { ...container.env, TERM: 'xterm' } : container.env,
      cwd: container.workingDir,
      stdin: terminal?.reader ?? streamReader(io.stdin),
      stdout: terminal?.sink ?? sinkTo((data) => io.stdout(data)),
      stderr: terminal?.sink ?? sinkTo((data) => io.stderr(data)),
      signal: stop.signal,
      container,
      network,
      clock,
      ...(terminal === null ? {} : { terminal }),
    }
    const stopListening = terminal?.onInterrupt(() => stop.abort(new Interrupted()))
    try {
      return { kind: 'exited', code: (await program(process)) & 255 }
    } catch (thrown) {
      if (thrown instanceof Killed) return { kind: 'exited', code: thrown.code }
      if (thrown instanceof Interrupted) return { kind: 'exited', code: 130 }
      if (signal.aborted) return { kind: 'exited', code: 137 }
      // Something nested deeper than a stack goes: what a real program dies of, too.
      if (thrown instanceof RangeError) return { kind: 'exited', code: 139 }
      throw thrown
    } finally {
      stopListening?.()
      terminal?.close()
      signal.removeEventListener('abort', forward)
    }
  }
  return { run }
}

/** runc's words: a bare name is looked for on PATH, a path is not. */
function notStarted(name: string, why: 'missing' | 'not-executable'): string {
  if (!name.includes('/')) return `exec: ${JSON.stringify(name)}: executable file not found in $PATH`
  return why === 'missing'
    ? `exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`
    : `exec: ${JSON.stringify(name)}: permission denied`
}

function sinkTo(write: (data: string | Uint8Array) => void): Sink {
  return {
    tty: false,
    write: (text) => (text === '' ? undefined : write(isAscii(text) ? text : Buffer.from(text, 'latin1'))),
  }
}
