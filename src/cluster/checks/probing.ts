import { probeImageHint } from '../../errors/image-hint.ts'
import type { KubeObject } from '../port.ts'
import { type Check, type CheckContext, fail, ok, skip, warn } from './check.ts'
import type { Facts } from './facts.ts'
import { isReady } from './facts.ts'

async function ownPods(context: CheckContext, facts: Facts): Promise<KubeObject[] | null> {
  const lists = await Promise.all(
    context.namespaces.map((namespace) => facts.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace })),
  )
  const readable = lists.filter((list) => list !== null)
  return readable.length === 0 ? null : readable.flat()
}

export const probingChecks: readonly Check[] = [
  {
    code: 'POD_SECURITY',
    title: 'Pod Security lets the shop and the probes run',
    needsCluster: true,
    async run(context, facts) {
      const namespaces = (await facts.namespaces()) ?? (await namespacesByName(context))
      if (!namespaces) return skip('namespaces may not be read')
      const levels = context.namespaces.map((name) => {
        const labels = namespaces.find((namespace) => namespace.metadata.name === name)?.metadata.labels ?? {}
        return { name, level: labels['pod-security.kubernetes.io/enforce'] ?? 'privileged' }
      })
      const strict = levels.filter((entry) => entry.level === 'restricted')
      if (strict.length === 0) return ok(levels.map((entry) => `${entry.name}: ${entry.level}`).join(', '))
      return fail(
        `${strict.map((entry) => entry.name).join(', ')} enforce(s) restricted, which refuses the shop (no seccomp profile) and the probe pods (root)`,
        `For the workshop: kubectl label namespace ${strict[0]!.name} pod-security.kubernetes.io/enforce=baseline --overwrite`,
      )
    },
  },
  {
    code: 'EPHEMERAL_CONTAINERS',
    title: 'Probe containers may be put into pods',
    needsCluster: true,
    async run({ cluster, namespaces }, facts) {
      const { resources } = await facts.surface()
      if (!resources.has('v1')) return skip('the API does not say what it serves')
      const allowed = await Promise.all(
        namespaces.map((namespace) =>
          cluster!.can('patch', { resource: 'pods', subresource: 'ephemeralcontainers', namespace }),
        ),
      )
      const without = namespaces.filter((_, index) => !allowed[index])
      if (without.length === 0) return ok('allowed')
      return warn(
        `not in ${without.join(', ')} (the built-in roles admin and edit do not include it)`,
        'Ask for patch on pods/ephemeralcontainers (doctor --rbac). Without it the five services whose image has no shell are probed from twin pods, or not at all.',
      )
    },
  },
  {
    code: 'EXEC_ALLOWED',
    title: 'Commands may be run in pods',
    needsCluster: true,
    async run({ cluster, namespaces }) {
      const missing = (
        await Promise.all(
          namespaces.map(async (namespace) => {
            // Over WebSocket exec is a GET and needs `get`; kubectl's older way needs `create`.
            const verbs = await Promise.all(
              ['get', 'create'].map((verb) => cluster!.can(verb, { resource: 'pods', subresource: 'exec', namespace })),
            )
            return ['get', 'create'].filter((_, index) => !verbs[index]).map((verb) => `${verb} in ${namespace}`)
          }),
        )
      ).flat()
      if (missing.length === 0) return ok('allowed')
      return fail(
        `pods/exec is missing: ${missing.join(', ')}`,
        'Without it nothing can be proved. Ask for get and create on pods/exec (doctor --rbac).',
      )
    },
  },
  {
    code: 'EXEC_WORKS',
    title: 'A command in a pod answers',
    needsCluster: true,
    async run(context, facts) {
      const pods = await ownPods(context, facts)
      const pod = pods?.find((one) => one.metadata.labels?.run === 'multitool' && isReady(one))
      if (!pod) return skip('no probe pod runs yet')
      const result = await context.cluster!.exec(
        { namespace: pod.metadata.namespace!, pod: pod.metadata.name, command: ['sh', '-c', 'true'], deadlineMs: 5000 },
        context.signal,
      )
      if (result.kind === 'exited' && result.exitCode === 0)
        return ok(`in ${pod.metadata.namespace}/${pod.metadata.name}`)
      if (result.kind === 'failed' && result.reason === 'forbidden') return skip('commands may not be run in pods')
      const message = result.kind === 'exited' ? `exit code ${result.exitCode}` : result.message
      return fail(
        `exec in ${pod.metadata.namespace}/${pod.metadata.name} failed: ${message}`,
        'A policy that cuts off the node agents or the konnectivity agent ends exec and logs. Look for a default deny that selects more than it should.',
      )
    },
  },
  {
    code: 'PROBE_IMAGE',
    title: 'The probe image can be pulled',
    needsCluster: true,
    async run(context, facts) {
      const [pods, nodes] = await Promise.all([ownPods(context, facts), facts.nodes()])
      const image = context.probeImage
      const uses = (pods ?? []).flatMap((pod) =>
        [...(pod.status?.containerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])]
          .filter((status: any) => sameImage(status.image, image) || specUses(pod, status.name, image))
          .map((status: any) => ({ pod, state: status.state ?? {} })),
      )
      const broken = uses.find((use) => /ErrImage|ImagePull|InvalidImageName/.test(use.state.waiting?.reason ?? ''))
      if (broken) {
        return fail(
          `${broken.pod.metadata.namespace}/${broken.pod.metadata.name} cannot pull ${image}: ${broken.state.waiting.message ?? broken.state.waiting.reason}`,
          probeImageHint(image),
        )
      }
      if (uses.some((use) => use.state.running)) return ok(`${image} runs`)
      const cached = (nodes ?? []).filter((node) =>
        (node.status?.images ?? []).some((entry: any) =>
          (entry.names ?? []).some((name: string) => sameImage(name, image)),
        ),
      )
      if (cached.length > 0) return ok(`${image} is on ${cached.length} node(s)`)
      return skip(`${image} has not been used here yet; step 0 shows whether it can be pulled`)
    },
  },
]

/** Who may not list namespaces may perhaps look at their own. */
async function namespacesByName({ cluster, namespaces }: CheckContext): Promise<KubeObject[] | null> {
  try {
    const found = await Promise.all(
      namespaces.map((name) => cluster!.get({ apiVersion: 'v1', kind: 'Namespace', name })),
    )
    return found.filter((namespace) => namespace !== null)
  } catch (error) {
    if ((error as { status?: number }).status === 403) return null
    throw error
  }
}

function specUses(pod: KubeObject, container: string, image: string): boolean {
  const specs = [...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])]
  return specs.some((spec: any) => spec.name === container && sameImage(spec.image, image))
}

/** `docker.io/wbitt/network-multitool:latest` is `wbitt/network-multitool`. */
export function sameImage(a: string | undefined, b: string): boolean {
  const plain = (name: string) =>
    name
      .replace(/@sha256:.*$/, '')
      .replace(/^(index\.)?docker\.io\/(library\/)?/, '')
      .replace(/:latest$/, '')
  return a !== undefined && plain(a) === plain(b)
}
