/** Which cluster this is. */
import type { ClusterPort } from '../cluster/port.ts'
import { statusOf } from './snapshot.ts'

/** The uid of kube-system, the same for every context that names it; for who may not see that, the address of the server. */
export async function clusterId(cluster: ClusterPort): Promise<string> {
  try {
    const namespace = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' })
    return namespace?.metadata.uid ?? addressOf(cluster)
  } catch (error) {
    if (statusOf(error) !== 403) throw error
    return addressOf(cluster)
  }
}

function addressOf({ server }: ClusterPort): string {
  return server.replaceAll(/[^A-Za-z0-9]+/g, '-')
}
