/** Which ports a pod's programs listen on: the image decides, not what the manifest declares. */
import type { KubeObject } from '../contracts.ts'
import { mainProcess } from '../life/images/main-process.ts'
import { findImage } from '../netexec/images.ts'

/**
 * Ports as `TCP/8080`. A container with a command of its own (`sleep infinity`) runs that instead of its server. An
 * image the sandbox does not know listens on the ports it declares: nothing better is known.
 */
export function listeningPorts(pod: KubeObject): ReadonlySet<string> {
  const found = new Set<string>()
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])]
  for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])]) {
    const status = statuses.find((each: any) => each.name === container.name)
    // Hand-made pods in tests carry no container statuses; then the phase alone counts.
    if (status !== undefined && status.state?.running === undefined) continue
    for (const { port, protocol } of containerPorts(container)) found.add(`${protocol}/${port}`)
  }
  return found
}

function containerPorts(container: any): { port: number; protocol: string }[] {
  const image = findImage(container.image ?? '')
  if (!image.known)
    return (container.ports ?? []).map((port: any) => ({ port: port.containerPort, protocol: port.protocol ?? 'TCP' }))
  if (mainProcess(container, image).kind !== 'server') return []
  const override =
    image.portVariable === null
      ? undefined
      : (container.env ?? []).find((each: any) => each.name === image.portVariable)?.value
  const port = Number(override)
  if (image.listens.length === 1 && Number.isInteger(port) && port > 0) return [{ port, protocol: 'TCP' }]
  return [...image.listens]
}
