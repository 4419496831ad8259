import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError, badRequest, invalid, notFound } from '../api/api-error.ts'
import type { ResourceRequest } from '../api/context.ts'
import { parseInteger } from '../api/query-options.ts'
import type { KubeObject } from '../contracts.ts'
import type { PodStreamParams, StreamHandlers } from './handler.types.ts'

type Streamed = PodStreamParams['subresource']
const STREAMED = new Set<string>(['exec', 'attach', 'log', 'portforward'])
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

export function isStreamed(type: { id: string }, subresource: string | undefined): subresource is Streamed {
  return type.id === 'pods' && subresource !== undefined && STREAMED.has(subresource)
}

/** The checks both upgrade paths (WebSocket GET, SPDY POST) and log share, in the order of a real server. */
export function streamParams(request: ResourceRequest, subresource: Streamed): PodStreamParams {
  const { context, namespace, name, query, user } = request
  const pod = context.store.get('pods', namespace, name!)
  if (!pod) throw notFound('pods', name!)
  if (subresource === 'log') checkLogOptions(query, name!)
  const container = subresource === 'portforward' ? '' : pickContainer(pod, query.get('container') ?? '', subresource)
  return { subresource, namespace: namespace!, pod, container, query, user }
}

function pickContainer(pod: KubeObject, asked: string, subresource: Streamed): string {
  const name = pod.metadata.name
  const containers: string[] = (pod.spec?.containers ?? []).map((c: { name: string }) => c.name)
  const init: string[] = (pod.spec?.initContainers ?? []).map((c: { name: string }) => c.name)
  const ephemeral: string[] = (pod.spec?.ephemeralContainers ?? []).map((c: { name: string }) => c.name)
  if (asked !== '') {
    if ([...containers, ...init, ...ephemeral].includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const preferred = pod.metadata.annotations?.[DEFAULT_CONTAINER]
  if (preferred && containers.includes(preferred)) return preferred
  if (containers.length === 1 || subresource !== 'log') return containers[0] ?? ''
  const others = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${others}`,
  )
}

function checkLogOptions(query: URLSearchParams, pod: string): void {
  for (const field of ['tailLines', 'sinceSeconds', 'limitBytes'] as const) {
    const value = parseInteger(query, field)
    if (value === undefined) continue
    const least = field === 'tailLines' ? 0 : 1
    if (value >= least) continue
    const message = `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`
    throw invalid('PodLogOptions', pod, [{ field, message }])
  }
}

/** An exec, attach or port-forward that did not come as an upgrade. */
export function upgradeRequired(): ApiError {
  return badRequest('Upgrade request required')
}

/** Without any stream an upgrade is answered all the same, and says so in the session. */
export function checkExecQuery({ query }: ResourceRequest, subresource: Streamed): void {
  if (subresource === 'exec' && query.getAll('command').length === 0)
    throw badRequest('you must specify at least 1 command for the container')
}

export function startUpgrade(
  streams: StreamHandlers,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  params: PodStreamParams,
): void {
  const handler = { exec: streams.exec, attach: streams.attach, portforward: streams.portForward, log: undefined }[
    params.subresource
  ]
  if (!handler) throw new ApiError(501, undefined, `${params.subresource} is not available in this sandbox`)
  handler(req, socket, head, params)
}

export function startLog(
  streams: StreamHandlers,
  req: IncomingMessage,
  res: ServerResponse,
  params: PodStreamParams,
): void {
  if (!streams.log) throw new ApiError(501, undefined, 'logs are not available in this sandbox')
  streams.log(req, res, params)
}
