import type { EndpointPort } from '../model.ts'

/** What a pod's spec, or a workload's template, says about its endpoint. */
export interface TemplateFacts {
  serviceAccount: string
  ports: EndpointPort[]
  env: { name: string; value: string }[]
  hostNetwork: boolean
}

export function readTemplate(spec: Record<string, any> | undefined): TemplateFacts {
  const list = (field: string): any[] => (Array.isArray(spec?.[field]) ? spec[field] : [])
  const containers = [...list('containers'), ...list('initContainers')]
  return {
    serviceAccount: String(spec?.serviceAccountName ?? spec?.serviceAccount ?? 'default'),
    ports: containers.flatMap(containerPorts),
    env: list('containers').flatMap((container) =>
      (Array.isArray(container?.env) ? container.env : [])
        .filter((variable: any) => typeof variable?.name === 'string' && typeof variable?.value === 'string')
        .map(({ name, value }: { name: string; value: string }) => ({ name, value })),
    ),
    hostNetwork: spec?.hostNetwork === true,
  }
}

/** Named ports come from all containers, init containers too; TCP, UDP and SCTP only. */
function containerPorts(container: any): EndpointPort[] {
  return (Array.isArray(container?.ports) ? container.ports : [])
    .map((port: any) => ({
      ...(typeof port?.name === 'string' && port.name !== '' ? { name: port.name } : {}),
      port: Number(port?.containerPort),
      protocol: String(port?.protocol ?? 'TCP').toUpperCase(),
    }))
    .filter(({ port, protocol }: EndpointPort) => Number.isInteger(port) && ['TCP', 'UDP', 'SCTP'].includes(protocol))
}
