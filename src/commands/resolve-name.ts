import type { Place } from './place.ts'

/**
 * The addresses an outside name has inside a pod, asked there with dig. Empty when the pod has no such tool or its answer
 * is none; nothing is put into the pod.
 */
export async function resolveInPod(
  { cluster }: Place,
  pod: { namespace: string; name: string },
  name: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await cluster.get({ apiVersion: 'v1', kind: 'Pod', ...pod })
  const containers: { name?: unknown }[] = found?.spec?.containers ?? []
  const container = containers[0]?.name
  if (typeof container !== 'string') return []
  const result = await cluster.probe(
    { namespace: pod.namespace, pod: pod.name, container, probes: [{ key: name, tool: 'dig', host: name }] },
    signal,
  )
  return result.kind === 'failed' ? [] : [...(result.readings.get(name)?.addresses ?? [])]
}
