import { createHash } from 'node:crypto'
import { type SeedObject, seed } from './seed-object.ts'

export const KUBERNETES_VERSION = 'v1.34.4'

export interface NodeSeed {
  name: string
  address: string
  controlPlane: boolean
}

/** Named and numbered as a kind cluster's. */
export const NODES: readonly NodeSeed[] = [
  { name: 'hipster-control-plane', address: '172.18.0.2', controlPlane: true },
  { name: 'hipster-worker', address: '172.18.0.3', controlPlane: false },
  { name: 'hipster-worker2', address: '172.18.0.4', controlPlane: false },
]

export function nodeObjects(now: string): SeedObject[] {
  return NODES.map((node, index) =>
    seed('nodes', 'v1', 'Node', node.name, undefined, {
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        ...(node.controlPlane
          ? {
              'node-role.kubernetes.io/control-plane': '',
              'node.kubernetes.io/exclude-from-external-load-balancers': '',
            }
          : {}),
      },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'projectcalico.org/IPv4Address': `${node.address}/16`,
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
      spec: {
        podCIDR: `192.168.${index}.0/24`,
        podCIDRs: [`192.168.${index}.0/24`],
        providerID: `kind://docker/hipster/${node.name}`,
        ...(node.controlPlane
          ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }
          : {}),
      },
      status: nodeStatus(node, now),
    }),
  )
}

function nodeStatus(node: NodeSeed, now: string): object {
  const room = {
    cpu: '4',
    'ephemeral-storage': '102400Mi',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: '8Gi',
    pods: '1100',
  }
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  })
  return {
    capacity: room,
    allocatable: room,
    conditions: [
      condition('NetworkUnavailable', 'False', 'CalicoIsUp', 'Calico is running on this node'),
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: node.address },
      { type: 'Hostname', address: node.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: idOf(`${node.name} machine`).replaceAll('-', ''),
      systemUUID: idOf(`${node.name} system`),
      bootID: idOf(`${node.name} boot`),
      kernelVersion: '6.8.0-simulated',
      osImage: 'Simulated Linux (hipster-workshop sandbox)',
      containerRuntimeVersion: 'containerd://2.1.4',
      kubeletVersion: KUBERNETES_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    images: [],
  }
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
