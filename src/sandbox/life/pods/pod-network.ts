import type { KubeObject } from '../../contracts.ts'
import { newContainerId } from './container-ids.ts'

const CNI = 'cni.projectcalico.org/'

/** What Calico's CNI plugin writes once the pod has its address. */
export function annotateNetwork(draft: KubeObject, podIP: string | undefined): void {
  const address = `${podIP}/32`
  if (draft.spec.hostNetwork || !podIP || draft.metadata.annotations?.[`${CNI}podIP`] === address) return
  draft.metadata.annotations = {
    ...draft.metadata.annotations,
    [`${CNI}containerID`]: newContainerId().replace('containerd://', ''),
    [`${CNI}podIP`]: address,
    [`${CNI}podIPs`]: address,
  }
}

/** When the network is taken down the annotations stay, empty. */
export function clearNetwork(draft: KubeObject): void {
  if (draft.metadata.annotations?.[`${CNI}podIP`] === undefined) return
  draft.metadata.annotations = { ...draft.metadata.annotations, [`${CNI}podIP`]: '', [`${CNI}podIPs`]: '' }
}
