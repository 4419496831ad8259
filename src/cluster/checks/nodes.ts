import type { KubeObject } from '../port.ts'
import { type Check, fail, ok, skip, warn } from './check.ts'
import { isReady } from './facts.ts'

/** What the shop asks for, with its two probe pods. */
const neededCpu = 1.6
const neededMemory = 1.4 * 1024 ** 3

export const nodeChecks: readonly Check[] = [
  {
    code: 'NODES_READY',
    title: 'Nodes are ready',
    needsCluster: true,
    async run(_context, facts) {
      const nodes = await facts.nodes()
      if (!nodes) return skip('nodes may not be listed')
      const away = nodes.filter((node) => !isReady(node)).map((node) => node.metadata.name)
      if (nodes.length === 0 || away.length === nodes.length) {
        return fail(
          'no node is ready',
          'Nodes stay NotReady until a CNI such as Calico runs: kubectl describe nodes says what is missing.',
        )
      }
      if (away.length > 0)
        return warn(
          `${away.length} of ${nodes.length} nodes are not ready`,
          'Look at them: kubectl describe nodes',
          away,
        )
      return ok(`${nodes.length} ready`)
    },
  },
  {
    code: 'NODE_ARCHITECTURE',
    title: "The shop's images run on these nodes",
    needsCluster: true,
    async run(_context, facts) {
      const nodes = await facts.nodes()
      if (!nodes) return skip('nodes may not be listed')
      const others = nodes.filter((node) => architecture(node) !== 'amd64')
      if (others.length === 0) return ok('amd64')
      return warn(
        `${others.length} of ${nodes.length} nodes are ${[...new Set(others.map(architecture))].join(', ')}`,
        'The published images of the shop are built for amd64; on other nodes its pods may end with "exec format error". Use amd64 nodes, or images of your own.',
      )
    },
  },
  {
    code: 'CAPACITY',
    title: 'Room for the shop',
    needsCluster: true,
    async run(_context, facts) {
      const nodes = await facts.nodes()
      if (!nodes) return skip('nodes may not be listed')
      const able = nodes.filter((node) => isReady(node) && !node.spec?.unschedulable)
      const cpu = able.reduce((sum, node) => sum + readQuantity(node.status?.allocatable?.cpu), 0)
      const memory = able.reduce((sum, node) => sum + readQuantity(node.status?.allocatable?.memory), 0)
      const found = `${cpu.toFixed(1)} CPU and ${(memory / 1024 ** 3).toFixed(1)} GiB allocatable`
      if (cpu >= neededCpu && memory >= neededMemory) return ok(found)
      return warn(
        `${found}; the shop asks for ${neededCpu} CPU and 1.4 GiB`,
        'Add a node or a bigger one: pods that do not fit stay Pending.',
      )
    },
  },
  {
    code: 'CLOUD_PING',
    title: 'Ping to the outside can work',
    needsCluster: true,
    async run(_context, facts) {
      const nodes = await facts.nodes()
      if (!nodes) return skip('nodes may not be listed')
      if (!nodes.some((node) => String(node.spec?.providerID ?? '').startsWith('azure://')))
        return ok('no known obstacle')
      return warn(
        'these nodes are on Azure, which drops ping to the Internet',
        'Use curl instead: hipster-workshop probe multitool.default google.com --tool curl',
      )
    },
  },
]

function architecture(node: KubeObject): string {
  return node.status?.nodeInfo?.architecture ?? node.metadata.labels?.['kubernetes.io/arch'] ?? 'unknown'
}

/** `1500m`, `2`, `3926Mi` as a plain number (CPUs, bytes). */
export function readQuantity(text: unknown): number {
  const match = /^(\d+(?:\.\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/.exec(String(text ?? ''))
  if (!match) return 0
  const factors: Record<string, number> = {
    m: 0.001,
    k: 1e3,
    Ki: 1024,
    M: 1e6,
    Mi: 1024 ** 2,
    G: 1e9,
    Gi: 1024 ** 3,
    T: 1e12,
    Ti: 1024 ** 4,
  }
  return Number(match[1]) * (match[2] ? factors[match[2]]! : 1)
}
