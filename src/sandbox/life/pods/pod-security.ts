import type { KubeObject } from '../../contracts.ts'

/**
 * Pod Security admission: the namespace label `pod-security.kubernetes.io/enforce` names a level, and a pod that
 * breaks it is refused with the list of what breaks it (k8s.io/pod-security-admission/policy).
 */
export function podSecurityRefusal(namespace: KubeObject | undefined, pod: KubeObject): string | undefined {
  const text = verdict(namespace, pod, 'enforce')
  return text && `violates ${text}`
}

/** What `pod-security.kubernetes.io/warn` says about a pod that is let in all the same. */
export function podSecurityWarning(namespace: KubeObject | undefined, pod: KubeObject): string | undefined {
  const text = verdict(namespace, pod, 'warn')
  return text && `would violate ${text}`
}

function verdict(namespace: KubeObject | undefined, pod: KubeObject, mode: 'enforce' | 'warn'): string | undefined {
  const labels = namespace?.metadata.labels ?? {}
  const level = labels[`pod-security.kubernetes.io/${mode}`]
  if (level !== 'baseline' && level !== 'restricted') return undefined
  const violations = [...baseline(pod), ...(level === 'restricted' ? restricted(pod) : [])]
  if (violations.length === 0) return undefined
  const version = labels[`pod-security.kubernetes.io/${mode}-version`] ?? 'latest'
  return `PodSecurity "${level}:${version}": ${violations.join(', ')}`
}

interface Container {
  name: string
  securityContext?: any
  ports?: any[]
}

function containersOf(pod: KubeObject): Container[] {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec
  return [...initContainers, ...containers, ...ephemeralContainers]
}

/** `container "a"` or `containers "a", "b"`. */
function quote(containers: readonly Container[]): string {
  return `container${containers.length > 1 ? 's' : ''} ${containers.map(({ name }) => `"${name}"`).join(', ')}`
}

const BASELINE_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)

function baseline(pod: KubeObject): string[] {
  const all = containersOf(pod)
  const found: string[] = []
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod.spec[field])
  if (host.length > 0) found.push(`host namespaces (${host.map((field) => `${field}=true`).join(', ')})`)
  const privileged = all.filter(({ securityContext }) => securityContext?.privileged)
  if (privileged.length > 0)
    found.push(`privileged (${quote(privileged)} must not set securityContext.privileged=true)`)
  const added = all.filter(
    ({ securityContext }) => extraCapabilities(securityContext, BASELINE_CAPABILITIES).length > 0,
  )
  if (added.length > 0) {
    const names = [
      ...new Set(added.flatMap(({ securityContext }) => extraCapabilities(securityContext, BASELINE_CAPABILITIES))),
    ]
    const list = names.map((name) => `"${name}"`).join(', ')
    found.push(
      `non-default capabilities (${quote(added)} must not include ${list} in securityContext.capabilities.add)`,
    )
  }
  const paths = (pod.spec.volumes ?? []).filter((volume: any) => volume.hostPath)
  if (paths.length > 0) {
    const names = paths.map(({ name }: any) => `"${name}"`).join(', ')
    found.push(`hostPath volumes (volume${paths.length > 1 ? 's' : ''} ${names})`)
  }
  const ports = all.filter((container) => container.ports?.some(({ hostPort }) => hostPort))
  if (ports.length > 0 && !pod.spec.hostNetwork) {
    const numbers = ports.flatMap((container) => container.ports!.map(({ hostPort }) => hostPort).filter(Boolean))
    found.push(`hostPort (${quote(ports)} uses hostPort${numbers.length > 1 ? 's' : ''} ${numbers.join(', ')})`)
  }
  return found
}

function restricted(pod: KubeObject): string[] {
  const all = containersOf(pod)
  const shared = pod.spec.securityContext ?? {}
  const found: string[] = []
  const escalating = all.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (escalating.length > 0) {
    found.push(
      `allowPrivilegeEscalation != false (${quote(escalating)} must set securityContext.allowPrivilegeEscalation=false)`,
    )
  }
  const undropped = all.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  if (undropped.length > 0) {
    found.push(`unrestricted capabilities (${quote(undropped)} must set securityContext.capabilities.drop=["ALL"])`)
  }
  const root = all.filter(({ securityContext }) => (securityContext?.runAsNonRoot ?? shared.runAsNonRoot) !== true)
  if (root.length > 0) {
    found.push(
      root.length === all.length && shared.runAsNonRoot === undefined
        ? `runAsNonRoot != true (pod or ${quote(root)} must set securityContext.runAsNonRoot=true)`
        : `runAsNonRoot != true (${quote(root)} must not set securityContext.runAsNonRoot=false)`,
    )
  }
  const asRoot = all.filter(({ securityContext }) => securityContext?.runAsUser === 0)
  if (shared.runAsUser === 0) found.push('runAsUser=0 (pod must not set runAsUser=0)')
  else if (asRoot.length > 0) found.push(`runAsUser=0 (${quote(asRoot)} must not set runAsUser=0)`)
  const allowed = (profile: any) => profile?.type === 'RuntimeDefault' || profile?.type === 'Localhost'
  const unconfined = all.filter(
    ({ securityContext }) => !allowed(securityContext?.seccompProfile ?? shared.seccompProfile),
  )
  if (unconfined.length > 0) {
    found.push(
      `seccompProfile (pod or ${quote(unconfined)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
    )
  }
  return found
}

function extraCapabilities(securityContext: any, allowed: ReadonlySet<string>): string[] {
  return (securityContext?.capabilities?.add ?? []).filter((name: string) => !allowed.has(name))
}
