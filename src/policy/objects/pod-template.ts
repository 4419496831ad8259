import type { EndpointPort } from '../model.ts'

/** What a pod's spec, or a workload's template, says about its endpoint. */
export interface TemplateFacts {
  serviceAccount: string
  ports: readonly EndpointPort[]
  env: readonly { name: string; value: string }[]
  hostNetwork: boolean
}

/** Thousands of pods have none. */
const none: readonly never[] = []

export function readTemplate(spec: Record<string, any> | undefined): TemplateFacts {
  const ports: EndpointPort[] = []
  const env: { name: string; value: string }[] = []
  for (const container of listOf(spec?.containers)) {
    addPorts(container, ports)
    addPlainVariables(container, env)
  }
  for (const container of listOf(spec?.initContainers)) addPorts(container, ports)
  return {
    serviceAccount: String(spec?.serviceAccountName ?? spec?.serviceAccount ?? 'default'),
    ports: ports.length === 0 ? none : ports,
    env: env.length === 0 ? none : env,
    hostNetwork: spec?.hostNetwork === true,
  }
}

/** Named ports come from all containers, init containers too; TCP, UDP and SCTP only. */
function addPorts(container: any, ports: EndpointPort[]): void {
  for (const written of listOf(container?.ports)) {
    const name = written?.name
    const port = Number(written?.containerPort)
    const protocol = String(written?.protocol ?? 'TCP').toUpperCase()
    if (!Number.isInteger(port) || !protocols.has(protocol)) continue
    ports.push(typeof name === 'string' && name !== '' ? { name, port, protocol } : { port, protocol })
  }
}

const protocols: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP'])

function addPlainVariables(container: any, env: { name: string; value: string }[]): void {
  for (const variable of listOf(container?.env)) {
    const name = variable?.name
    const value = variable?.value
    if (typeof name === 'string' && typeof value === 'string') env.push({ name, value })
  }
}

function listOf(value: unknown): readonly any[] {
  return Array.isArray(value) ? value : none
}
