// Prints every object of a cluster, one JSON line each, without what differs between two equal states: uids, versions,
// times, addresses, managed fields; pods are counted by their owner. Usage: dump.mjs KUBECTL KUBECONFIG [CONTEXT]
import { spawnSync } from 'node:child_process'

const [kubectl, kubeconfig, context] = process.argv.slice(2)
// Live bookkeeping of the cluster itself, different at every look.
const left = new Set(['events', 'events.events.k8s.io', 'leases.coordination.k8s.io', 'endpoints', 'endpointslices.discovery.k8s.io', 'componentstatuses', 'controllerrevisions.apps'])

function run(args) {
  const base = ['--kubeconfig', kubeconfig, ...(context ? ['--context', context] : [])]
  const result = spawnSync(kubectl, [...base, ...args], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, env: { ...process.env, KUBERC: 'off' } })
  if (result.status !== 0) {
    process.stderr.write(result.stderr)
    process.exit(1)
  }
  return result.stdout
}

function clean(value) {
  if (Array.isArray(value)) return value.map(clean)
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, clean(inner)]),
  )
}

const kinds = run(['api-resources', '--verbs=list', '-o', 'name']).split('\n').filter((name) => name && !left.has(name))
const lines = []
const podsByOwner = new Map()
for (const item of JSON.parse(run(['get', kinds.join(','), '-A', '-o', 'json'])).items) {
  const { metadata, kind } = item
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation', 'selfLink']) delete metadata[field]
  for (const owner of metadata.ownerReferences ?? []) delete owner.uid
  delete metadata.annotations?.['deployment.kubernetes.io/revision']
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
  // Times the kubelet and controllers stamp.
  if (kind === 'Node') delete item.spec.taints
  lines.push(JSON.stringify(clean(item)))
}
for (const [shape, count] of podsByOwner) lines.push(JSON.stringify({ count, ...JSON.parse(shape) }))
process.stdout.write(`${lines.sort().join('\n')}\n`)
