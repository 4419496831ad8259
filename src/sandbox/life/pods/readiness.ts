import type { ImageFacts } from '../../netexec/image-bases.ts'

/**
 * How long after its start a container becomes ready, in milliseconds; null when its probe asks a port nobody listens
 * on. The kubelet probes from the node, which no policy touches, so a listening server always answers.
 */
export function readinessDelay(container: any, image: ImageFacts): number | null {
  const probe = container.readinessProbe
  if (!probe) return 0
  const wanted = (probe.tcpSocket ?? probe.httpGet ?? probe.grpc)?.port
  if (wanted !== undefined && !listeningPorts(container, image).includes(portNumber(container, wanted))) return null
  const initial = probe.initialDelaySeconds ?? 0
  const period = probe.periodSeconds ?? 10
  // The first probe comes at once or after the initial delay; more are needed only for a success threshold.
  return (initial + period * ((probe.successThreshold ?? 1) - 1)) * 1000 + 500
}

/** TCP ports the container's server listens on: the image's own, or where its port variable says. */
function listeningPorts(container: any, image: ImageFacts): number[] {
  const variable = image.portVariable
  const set = variable ? container.env?.find(({ name }: any) => name === variable)?.value : undefined
  if (set !== undefined && Number.isInteger(Number(set)) && image.listens.length > 0) return [Number(set)]
  return image.listens.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port)
}

function portNumber(container: any, port: number | string): number {
  if (typeof port === 'number') return port
  if (/^\d+$/.test(port)) return Number(port)
  return container.ports?.find(({ name }: any) => name === port)?.containerPort ?? -1
}
