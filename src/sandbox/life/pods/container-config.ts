import type { KubeObject, Store } from '../../contracts.ts'

type Objects = Pick<Store, 'get'>

/** A container's variables from ConfigMaps and Secrets, or what the kubelet misses for them (pkg/kubelet/kubelet_pods.go). */
export function configuredEnvironment(
  pod: KubeObject,
  container: any,
  store: Objects,
): { variables: Record<string, string> } | { missing: string } {
  const namespace = pod.metadata.namespace!
  const variables: Record<string, string> = {}
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef
    if (!reference) continue
    const kind = configMapRef ? 'configmap' : 'secret'
    const data = dataOf(store, kind, namespace, reference.name)
    if (data) for (const [key, value] of Object.entries(data)) variables[`${prefix}${key}`] = value
    else if (!reference.optional) return { missing: `${kind} "${reference.name}" not found` }
  }
  for (const { name, valueFrom } of container.env ?? []) {
    const reference = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef
    if (!reference) continue
    const kind = valueFrom.configMapKeyRef ? 'configmap' : 'secret'
    const data = dataOf(store, kind, namespace, reference.name)
    const value = data && Object.hasOwn(data, reference.key) ? data[reference.key] : undefined
    if (value !== undefined) variables[name] = value
    else if (reference.optional) continue
    else if (!data) return { missing: `${kind} "${reference.name}" not found` }
    else {
      const word = kind === 'configmap' ? 'ConfigMap' : 'Secret'
      return { missing: `couldn't find key ${reference.key} in ${word} ${namespace}/${reference.name}` }
    }
  }
  return { variables }
}

/** The first volume whose ConfigMap or Secret is not there: the pod waits with `FailedMount`. */
export function missingVolume(pod: KubeObject, store: Objects): string | undefined {
  const namespace = pod.metadata.namespace!
  for (const { name, configMap, secret } of pod.spec.volumes ?? []) {
    const [kind, wanted] = configMap ? ['configmap', configMap.name] : ['secret', secret?.secretName]
    if (wanted === undefined || (configMap ?? secret).optional || dataOf(store, kind, namespace, wanted)) continue
    return `MountVolume.SetUp failed for volume "${name}" : ${kind} "${wanted}" not found`
  }
  return undefined
}

/** What a container finds where ConfigMaps and Secrets are mounted, by path; the cluster's certificate among it. */
export function configuredFiles(pod: KubeObject, container: any, store: Objects): Record<string, string> {
  const namespace = pod.metadata.namespace ?? 'default'
  const files: Record<string, string> = {}
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((each: any) => each.name === name)
    for (const source of [volume, ...(volume?.projected?.sources ?? [])]) {
      const { configMap, secret } = source ?? {}
      if (!configMap && !secret) continue
      const data = dataOf(
        store,
        configMap ? 'configmap' : 'secret',
        namespace,
        configMap?.name ?? secret.secretName ?? secret.name,
      )
      const items: { key: string; path: string }[] =
        (configMap ?? secret).items ?? Object.keys(data ?? {}).map((key) => ({ key, path: key }))
      for (const { key, path } of items) {
        if (data === undefined || !Object.hasOwn(data, key) || (subPath !== undefined && subPath !== path)) continue
        files[subPath === undefined ? `${String(mountPath).replace(/\/$/, '')}/${path}` : mountPath] = data[key]!
      }
    }
  }
  return files
}

function dataOf(store: Objects, kind: string, namespace: string, name: string): Record<string, string> | undefined {
  const object = store.get(`${kind}s`, namespace, name)
  if (!object) return undefined
  if (kind === 'configmap') return object.data ?? {}
  const entries = Object.entries((object.data ?? {}) as Record<string, string>)
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]))
}
