/** Whether the cluster would let in the pods a step makes: asked before its first change, so that none is half done. */
import type { KubeObject } from '../cluster/port.ts'
import { podsRefused } from '../errors/catalog/engine.ts'
import type { Step } from '../workshop/step.ts'
import { actionKind } from './actions/table.ts'
import type { Scope } from './scope.ts'
import { skipReason } from './when.ts'

export async function requireAdmission(scope: Scope, step: Step): Promise<void> {
  const { cluster } = scope.deps
  for (const action of step.stages.flatMap((stage) => stage.actions)) {
    if (action.kind !== 'run-pod' || skipReason(action.when, scope.features) !== null) continue
    const kind = actionKind(action)
    const operation = kind.operation(action, scope)
    if (operation?.kind !== 'run-pod' || ((await kind.skip?.(action, scope)) ?? null) !== null) continue
    const { name, namespace, image, labels = {} } = operation
    const pod = { metadata: { name, namespace, labels }, spec: { containers: [{ name, image }] } }
    const refusal = await refusalOf(scope, { apiVersion: 'v1', kind: 'Pod', ...pod })
    if (refusal === null) continue
    const baseline = cluster.shown({
      kind: 'label',
      resource: 'namespaces',
      name: namespace,
      labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
      overwrite: true,
    })
    throw podsRefused(step.number, namespace, refusal, /PodSecurity/.test(refusal) ? baseline : null)
  }
}

/** The words of an admission rule; null when it would be let in, or when it is something else that is in the way. */
async function refusalOf({ deps: { cluster }, signal }: Scope, pod: KubeObject): Promise<string | null> {
  try {
    await cluster.create(pod, { dryRun: true })
    return null
  } catch (error) {
    signal.throwIfAborted()
    const { message } = error as Error
    return /violates PodSecurity|admission webhook .* denied|exceeded quota/.test(message) ? message : null
  }
}
