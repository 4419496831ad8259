import { listContexts } from '../cluster/kubeconfig.ts'
import type { PlaceChoice } from '../ui/world.ts'
import type { CommandContext } from './context.ts'
import type { WorkOptions } from './work.ts'

export function sandboxPlace(options: WorkOptions): PlaceChoice {
  return {
    id: 'sandbox',
    title: 'The sandbox',
    detail: `a Kubernetes with Calico ${options.calico} on this machine, made for the workshop; nothing else is touched`,
    ready: true,
  }
}

/** How long a cluster may take to say what it is before the list goes on without it. */
const patienceMs = 4_000

/** The contexts of the kubeconfig, each with one line on whether the track could run there. Without one: none. */
export async function clusterPlaces(options: WorkOptions, { io, signal }: CommandContext): Promise<PlaceChoice[]> {
  let contexts: ReturnType<typeof listContexts>
  try {
    contexts = listContexts({ ...(options.kubeconfig ? { kubeconfig: options.kubeconfig } : {}), env: io.env })
  } catch {
    return []
  }
  const { connectCluster } = await import('../cluster/connect.ts')
  return Promise.all(
    contexts.slice(0, 12).map(async ({ name, server }): Promise<PlaceChoice> => {
      const place = { id: `context:${name}`, title: name }
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
        const cluster = await connectCluster({
          context: name,
          ...(options.kubeconfig ? { kubeconfig: options.kubeconfig } : {}),
          via: 'api',
          isSandbox: false,
          signal: limit,
        })
        try {
          const { features, serverVersion } = await cluster.surface()
          const calico = features.tiers
            ? `Calico${features.calicoVersion ? ` ${features.calicoVersion}` : ''} with tiers`
            : features.calicoApi
              ? 'Calico without tiers: track 2'
              : 'no Calico API: track 2'
          return { ...place, detail: `Kubernetes ${serverVersion}, ${calico}`, ready: true }
        } finally {
          await cluster.close()
        }
      } catch (error) {
        return {
          ...place,
          detail: `${server}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
          ready: false,
        }
      }
    }),
  )
}
