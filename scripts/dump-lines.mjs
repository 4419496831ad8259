// What of a cluster is the same before and after: uids, versions, times, addresses, managed fields left out; pods counted by their owner.

/** Live bookkeeping of the cluster itself, different at every look. */
export const leftOut = new Set([
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'componentstatuses',
  'controllerrevisions.apps',
])

function clean(value) {
  if (Array.isArray(value)) return value.map(clean)
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, clean(inner)]),
  )
}

/** One JSON line per object, sorted. */
export function dumpLines(items) {
  const lines = []
  const podsByOwner = new Map()
  for (const item of items) {
    const { metadata, kind } = item
    for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation', 'selfLink'])
      delete metadata[field]
    for (const owner of metadata.ownerReferences ?? []) delete owner.uid
    delete metadata.annotations?.['deployment.kubernetes.io/revision']
    if (metadata.annotations && Object.keys(metadata.annotations).length === 0) delete metadata.annotations
    if (kind === 'Pod') {
      const owner = metadata.ownerReferences?.[0]
      const shape = {
        pod: owner ? `${metadata.namespace}/${owner.kind}/${owner.name}` : `${metadata.namespace}/${metadata.name}`,
        labels: clean(metadata.labels ?? {}),
        containers: item.spec.containers.map((container) => `${container.name}=${container.image}`),
        ephemeral: (item.spec.ephemeralContainers ?? []).map((container) => container.name),
      }
      const key = JSON.stringify(shape)
      podsByOwner.set(key, (podsByOwner.get(key) ?? 0) + 1)
      continue
    }
    delete item.status
    // Taints the node controller puts on and off.
    if (kind === 'Node') delete item.spec.taints
    lines.push(JSON.stringify(clean(item)))
  }
  for (const [shape, count] of podsByOwner) lines.push(JSON.stringify({ count, ...JSON.parse(shape) }))
  return lines.sort()
}
