import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, badRequest, invalid } from '../api/api-error.ts'
import type { SimClock } from '../contracts.ts'
import type { LogLine } from '../life/pods/container-log.ts'
import type { ContainerRuntime } from '../life/pods/container-runtime.ts'
import type { PodStreamParams } from '../server/handler.types.ts'
import { toErrorAnswer, writeAnswer } from '../server/respond.ts'

export interface LogDeps {
  clock: SimClock
  container(namespace: string, pod: string, container: string): ContainerRuntime | undefined
}

/** Lines that a server writes by itself show up in a followed log at this pace. */
const LOOK_AGAIN_MS = 500

export function createLogHandler(
  deps: LogDeps,
): (req: IncomingMessage, res: ServerResponse, params: PodStreamParams) => void {
  return (req, res, params) => {
    try {
      stream(req, res, params, deps)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      writeAnswer(res, toErrorAnswer(error))
    }
  }
}

function stream(req: IncomingMessage, res: ServerResponse, params: PodStreamParams, deps: LogDeps): void {
  const { namespace, container, query, pod } = params
  const podName = pod.metadata.name
  const options = parseOptions(query, podName)
  const runtime = deps.container(namespace, podName, container)
  if (options.previous && !runtime?.previousLog) {
    throw badRequest(`previous terminated container "${container}" in pod "${podName}" not found`)
  }
  const log = options.previous ? runtime?.previousLog : runtime?.log
  if (!runtime || !log || (runtime.state.waiting && runtime.containerID === '')) {
    const reason = runtime?.state.waiting?.reason ?? 'ContainerCreating'
    throw badRequest(`container "${container}" in pod "${podName}" is waiting to start: ${explain(reason)}`)
  }
  const now = deps.clock.now().getTime()
  const since =
    options.sinceTime ?? (options.sinceSeconds === undefined ? undefined : now - options.sinceSeconds * 1000)
  const wanted = log.lines(now).filter((line) => since === undefined || line.at >= since)
  const shown =
    options.tailLines === undefined ? wanted : options.tailLines === 0 ? [] : wanted.slice(-options.tailLines)

  let budget = options.limitBytes ?? Number.POSITIVE_INFINITY
  const write = (line: LogLine) => {
    if (budget <= 0) return
    const text = `${options.timestamps ? `${nanoStamp(line.at)} ` : ''}${line.text}\n`
    const bytes = Buffer.from(text, 'utf8').subarray(0, budget)
    budget -= bytes.length
    res.write(bytes)
  }
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' })
  res.flushHeaders()
  for (const line of shown) write(line)
  if (!options.follow || log.closed) {
    res.end()
    return
  }
  const timer = setInterval(() => log.lines(deps.clock.now().getTime()), LOOK_AGAIN_MS).unref()
  const stop = log.follow(write, () => {
    done()
    res.end()
  })
  const done = () => {
    clearInterval(timer)
    stop()
  }
  res.on('close', done)
  req.on('error', done)
}

interface LogOptions {
  follow: boolean
  previous: boolean
  timestamps: boolean
  tailLines?: number
  sinceSeconds?: number
  sinceTime?: number
  limitBytes?: number
}

function parseOptions(query: URLSearchParams, podName: string): LogOptions {
  const flag = (name: string) => /^(true|1)$/i.test(query.get(name) ?? '')
  const count = (name: string, least: number): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    const value = Number(text)
    if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
    if (value < least) {
      const message = `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`
      throw invalid('PodLogOptions', podName, [{ field: name, message }])
    }
    return value
  }
  const optional = <K extends string>(name: K, value: number | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { [P in K]?: number }
  const sinceTime = query.get('sinceTime')
  return {
    follow: flag('follow'),
    previous: flag('previous'),
    timestamps: flag('timestamps'),
    ...optional('tailLines', count('tailLines', 0)),
    ...optional('sinceSeconds', count('sinceSeconds', 1)),
    ...optional('limitBytes', count('limitBytes', 1)),
    ...(sinceTime ? { sinceTime: Date.parse(sinceTime) } : {}),
  }
}

/** What the kubelet says about a container that cannot start. */
function explain(reason: string): string {
  return reason === 'ImagePullBackOff' || reason === 'ErrImagePull' ? 'trying and failing to pull image' : reason
}

/** RFC 3339 with nanoseconds, as the kubelet prints it. */
function nanoStamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}000000Z`
}
