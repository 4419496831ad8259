import { stamp } from '../stamps.ts'
import { ContainerLog } from './container-log.ts'
import type { ContainerProcess } from './container-process.ts'
import type { ContainerState } from './pod-status.ts'

/** A container as its node knows it: what the status says, and the process and logs behind it. */
export interface ContainerRuntime extends ContainerState {
  process: ContainerProcess | undefined
  log: ContainerLog
  previousLog: ContainerLog | undefined
}

export function newContainer(spec: any, type: ContainerState['type'], waitsForInit: boolean): ContainerRuntime {
  return {
    name: spec.name,
    type,
    state: { waiting: { reason: waitsForInit ? 'PodInitializing' : 'ContainerCreating' } },
    lastState: {},
    ready: false,
    started: false,
    restartCount: 0,
    image: spec.image,
    imageID: '',
    containerID: '',
    process: undefined,
    log: new ContainerLog(),
    previousLog: undefined,
  }
}

/** The process has ended by itself, was stopped, or could not be started at all (128, as containerd reports it). */
export function markEnded(container: ContainerRuntime, end: number | { notStarted: string }, now: Date): number {
  const exitCode = typeof end === 'number' ? end : 128
  const { startedAt } = container.state.running ?? {}
  Object.assign(container, { process: undefined, ready: false, started: false })
  container.state = {
    terminated: {
      exitCode,
      reason: typeof end !== 'number' ? 'StartError' : exitCode === 0 ? 'Completed' : 'Error',
      ...(typeof end === 'number' ? {} : { message: end.notStarted }),
      startedAt,
      finishedAt: stamp(now),
      containerID: container.containerID,
    },
  }
  return exitCode
}

/** The pod ends before this container ever ran. */
export function markNeverRun(container: ContainerRuntime): void {
  container.ready = false
  container.started = false
  if (!container.state.waiting) return
  const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null, finishedAt: null }
  container.state = { terminated }
}
