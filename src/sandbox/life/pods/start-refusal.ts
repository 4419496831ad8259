import type { KubeObject } from '../../contracts.ts'
import type { ImageFacts } from '../../netexec/image-bases.ts'

/**
 * Why the kubelet will not create this container, or undefined. `runAsNonRoot` is checked against the user that would
 * run: the container's, else the pod's, else the image's (pkg/kubelet/kuberuntime/security_context.go).
 */
export function startRefusal(pod: KubeObject, container: any, image: ImageFacts): string | undefined {
  const own = container.securityContext ?? {}
  const shared = pod.spec.securityContext ?? {}
  if (!(own.runAsNonRoot ?? shared.runAsNonRoot)) return undefined
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  const user = own.runAsUser ?? shared.runAsUser
  if (user === 0) return `container's runAsUser breaks non-root policy ${where}`
  if (user === undefined && image.uid === 0) return `container has runAsNonRoot and image will run as root ${where}`
  return undefined
}
