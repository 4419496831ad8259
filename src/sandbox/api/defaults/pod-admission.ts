import type { KubeObject } from '../../contracts.ts'
import { randomSuffix } from '../../store/generate-name.ts'
import { qosClass } from './pod-defaults.ts'

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** What the admission plug-ins of a plain cluster add to a new pod, and its first status. */
export function preparePod(pod: KubeObject): void {
  pod.spec ??= {}
  const { spec } = pod
  spec.serviceAccountName ||= 'default'
  spec.serviceAccount = spec.serviceAccountName
  spec.priority ??= spec.priorityClassName?.startsWith('system-')
    ? spec.priorityClassName === 'system-node-critical'
      ? 2000001000
      : 2000000000
    : 0
  spec.preemptionPolicy ??= 'PreemptLowerPriority'
  addTolerations(spec)
  mountServiceAccountToken(spec)
  pod.status = { phase: 'Pending', qosClass: qosClass(spec) }
}

/** DefaultTolerationSeconds: five minutes on a node that is not ready or unreachable. */
function addTolerations(spec: Record<string, any>): void {
  const tolerations: { key?: string; effect?: string; operator?: string }[] = spec.tolerations ?? []
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(
      (key) =>
        !tolerations.some(
          (t) => (t.key === key || (!t.key && t.operator === 'Exists')) && (!t.effect || t.effect === 'NoExecute'),
        ),
    )
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  if (added.length > 0) spec.tolerations = [...tolerations, ...added]
}

/** The ServiceAccount plug-in: a projected token in every container that does not bring its own. */
function mountServiceAccountToken(spec: Record<string, any>): void {
  if (spec.automountServiceAccountToken === false) return
  const containers: { volumeMounts?: { mountPath: string }[] }[] = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
  ]
  const without = containers.filter(
    (container) => !(container.volumeMounts ?? []).some((mount) => mount.mountPath === TOKEN_PATH),
  )
  if (without.length === 0) return
  const existing = (spec.volumes ?? []).find((volume: { name: string }) => volume.name.startsWith('kube-api-access-'))
  const name: string = existing?.name ?? `kube-api-access-${randomSuffix()}`
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
  for (const container of without) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath: TOKEN_PATH } as { mountPath: string },
    ]
  }
}

function tokenVolume(name: string): object {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 0o644,
    },
  }
}
