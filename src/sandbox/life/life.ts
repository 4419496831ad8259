import type { ProcessRunner, SandboxOptions, SimClock } from '../contracts.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import { createProfileController } from './calico-profiles.ts'
import { createEndpointsController } from './endpoints.ts'
import { createEndpointsMirror } from './endpoints-mirror.ts'
import { createEventRecorder } from './events.ts'
import { createGarbageCollector } from './garbage-collector.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { createNamespaceController } from './namespaces.ts'
import { createNativeTierController } from './native-tiers.ts'
import { createNodeController } from './nodes.ts'
import type { ContainerRuntime } from './pods/container-runtime.ts'
import { createKubelet } from './pods/kubelet.ts'
import { createScheduler } from './pods/scheduler.ts'
import { createQuotaController } from './quotas.ts'
import { createReconciler } from './reconciler.ts'
import { createCronJobController } from './workloads/cron-jobs.ts'
import { createDaemonSetController } from './workloads/daemon-sets.ts'
import { createDeploymentController } from './workloads/deployments.ts'
import { createDisruptionController } from './workloads/disruption-budgets.ts'
import { createJobController } from './workloads/jobs.ts'
import { createReplicaSetController } from './workloads/replica-sets.ts'
import { createStatefulSetController } from './workloads/stateful-sets.ts'

/** All that moves by itself in the cluster: scheduler, kubelets and controllers, started by `startLife`. */
export interface Life {
  container(namespace: string, pod: string, container: string): ContainerRuntime | undefined
  /** Resolves when nothing is on its way any more: no key queued, no pod starting or stopping. */
  settled(): Promise<void>
  close(): void
}

export interface LifeDeps {
  store: MemoryStore
  clock: SimClock
  runner: ProcessRunner
  calico: SandboxOptions['calico']
  /** PEM, for `kube-root-ca.crt`. */
  certificate: string
  /** Images every node has from the start. */
  seedImages?: readonly string[]
  /** See `LifeContext.quiet`. */
  quiet?: () => boolean
  /** A defect of ours in a controller. */
  onBug(error: unknown): void
}

export function startLife(deps: LifeDeps): Life {
  const { store, clock } = deps
  const ended = new AbortController()
  const waiters = new Set<() => void>()
  const reconciler = createReconciler(deps.onBug, () => checkSettled())
  const quiet = deps.quiet ?? (() => false)
  const record = createEventRecorder(store, clock)
  const context: LifeContext = {
    store,
    clock,
    reconciler,
    runner: deps.runner,
    events: (about, event) => {
      if (!quiet()) record(about, event)
    },
    quiet,
    resources: () => store.resources(),
    signal: ended.signal,
    onBug: deps.onBug,
  }
  const kubelet = createKubelet(context, deps.seedImages ?? [])
  const controllers: Controller[] = [
    createNamespaceController(context, deps.certificate),
    createGarbageCollector(context),
    createDeploymentController(context),
    createReplicaSetController(context),
    createDaemonSetController(context),
    createStatefulSetController(context),
    createJobController(context),
    createCronJobController(context),
    createNodeController(context),
    createQuotaController(context),
    createDisruptionController(context),
    createScheduler(context),
    kubelet,
    createEndpointsController(context),
    createEndpointsMirror(context),
    ...(deps.calico === 'none' ? [] : [createProfileController(context)]),
    ...(deps.calico === 'native' ? [createNativeTierController(context)] : []),
  ]
  for (const resource of store.resources()) {
    for (const object of store.list(resource))
      for (const controller of controllers) controller.onExisting?.(resource, object)
  }
  const unsubscribe = store.subscribe((change) => {
    for (const controller of controllers) controller.onChange(change)
  })

  function checkSettled(): void {
    if (waiters.size === 0) return
    if (!reconciler.idle || !kubelet.idle) {
      // A pod's worker is waiting: look again after it had its turn.
      if (reconciler.idle) setTimeout(checkSettled, clock.scale > 0 ? 5 : 0).unref()
      return
    }
    for (const resolve of waiters) resolve()
    waiters.clear()
  }

  return {
    container: (namespace, pod, container) => kubelet.container(namespace, pod, container),
    settled() {
      return new Promise((resolve) => {
        waiters.add(resolve)
        setImmediate(checkSettled)
      })
    },
    close() {
      unsubscribe()
      ended.abort(new Error('the sandbox ends'))
      reconciler.close()
      kubelet.close()
      for (const resolve of waiters) resolve()
      waiters.clear()
    },
  }
}
