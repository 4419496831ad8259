/** Defaults of a pod spec: SetDefaults_* of pkg/apis/core/v1/defaults.go. They change the spec in place. */

interface Container {
  name: string
  image?: string
  imagePullPolicy?: string
  terminationMessagePath?: string
  terminationMessagePolicy?: string
  resources?: { limits?: Record<string, unknown>; requests?: Record<string, unknown> }
  ports?: { protocol?: string; containerPort?: number; hostPort?: number }[]
  env?: { valueFrom?: { fieldRef?: { apiVersion?: string } } }[]
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
  lifecycle?: { postStart?: { httpGet?: HttpGet }; preStop?: { httpGet?: HttpGet } }
  securityContext?: object
}

interface HttpGet {
  path?: string
  scheme?: string
}

interface Probe {
  timeoutSeconds?: number
  periodSeconds?: number
  successThreshold?: number
  failureThreshold?: number
  httpGet?: HttpGet
  grpc?: { service?: string }
}

export function defaultPodSpec(spec: Record<string, any>): void {
  for (const container of spec.initContainers ?? []) defaultContainer(container)
  for (const container of spec.containers ?? []) defaultContainer(container)
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
  spec.restartPolicy ??= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ||= 'default-scheduler'
  // The old name of the field is kept beside the new one.
  if (spec.serviceAccount && !spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount
  if (spec.serviceAccountName && !spec.serviceAccount) spec.serviceAccount = spec.serviceAccountName
  if (spec.hostNetwork) {
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])] as Container[]) {
      for (const port of container.ports ?? [])
        if (port.hostPort === undefined && port.containerPort !== undefined) port.hostPort = port.containerPort
    }
  }
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ??= isMutableTag(container.image ?? '') ? 'Always' : 'IfNotPresent'
  container.terminationMessagePath ??= '/dev/termination-log'
  container.terminationMessagePolicy ??= 'File'
  container.resources ??= {}
  const { limits, requests } = container.resources
  if (limits) container.resources.requests = { ...limits, ...requests }
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const variable of container.env ?? []) {
    if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ||= 'v1'
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe)
  }
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (hook?.httpGet) defaultHttpGet(hook.httpGet)
  }
}

function isMutableTag(image: string): boolean {
  if (image.includes('@')) return false
  const name = image.slice(image.lastIndexOf('/') + 1)
  const colon = name.lastIndexOf(':')
  return colon < 0 || name.slice(colon + 1) === 'latest'
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.httpGet) defaultHttpGet(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

function defaultHttpGet(get: HttpGet): void {
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

const FILE_MODE = 0o644

function defaultVolume(volume: Record<string, any>): void {
  const sources = Object.keys(volume).filter((key) => key !== 'name')
  if (sources.length === 0) volume.emptyDir = {}
  if (volume.secret) volume.secret.defaultMode ??= FILE_MODE
  if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE
  if (volume.downwardAPI) volume.downwardAPI.defaultMode ??= FILE_MODE
  if (volume.hostPath) volume.hostPath.type ??= ''
  if (volume.projected) {
    volume.projected.defaultMode ??= FILE_MODE
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600
      for (const item of source.downwardAPI?.items ?? []) {
        if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1'
      }
    }
  }
}

type Resources = { limits?: Record<string, unknown>; requests?: Record<string, unknown> }

/** Guaranteed, Burstable or BestEffort, by cpu and memory alone: pkg/apis/core/v1/helper/qos. */
export function qosClass(spec: { containers?: Container[]; initContainers?: Container[] }): string {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => (c.resources ?? {}) as Resources)
  const counts = (amounts: Record<string, unknown> | undefined) =>
    ['cpu', 'memory'].filter((name) => amounts?.[name] !== undefined && String(amounts[name]) !== '0')
  if (all.every((r) => counts(r.limits).length === 0 && counts(r.requests).length === 0)) return 'BestEffort'
  const guaranteed = all.every(
    (r) =>
      counts(r.limits).length === 2 &&
      ['cpu', 'memory'].every(
        (name) => r.requests?.[name] === undefined || String(r.requests[name]) === String(r.limits![name]),
      ),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
