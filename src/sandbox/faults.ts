import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, internalError } from './api/api-error.ts'
import type { SimClock } from './contracts.ts'
import { toErrorAnswer, writeAnswer } from './server/respond.ts'

/**
 * The faults a cluster may show, for tests of whoever talks to one. Rates are from 0 to 1 per request that the fault
 * can happen to: `conflict` to writes, `watch-drop` to watches, `exec-cut` to exec sessions, `discovery-partial` to
 * Calico's group, the others to everything.
 */
export const FAULT_KINDS = [
  'latency',
  '429',
  '500',
  'reset',
  'conflict',
  'exec-cut',
  'watch-drop',
  'discovery-partial',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Faults {
  /** Puts the faults of requests in front of a handler. */
  wrap(handle: Handle): Handle
  /** Whether this exec session is to be cut. */
  cuts(): boolean
  /** How many of each kind were injected. */
  counts(): Readonly<Record<string, number>>
  /** How many requests came, hit or not. */
  requests(): number
}

type Handle = (req: IncomingMessage, res: ServerResponse) => void

const LATENCY_MS = 2_000
const WATCH_LIFE_MS = 150
const RETRY_AFTER_SECONDS = 1
const AGGREGATED_DISCOVERY = /APIGroupDiscoveryList/

export function createFaults(
  rates: Readonly<Record<string, number>>,
  clock: SimClock,
  random: () => number = Math.random,
): Faults {
  const counts: Record<string, number> = {}
  let requests = 0
  const strikes = (kind: FaultKind): boolean => {
    const rate = rates[kind] ?? 0
    if (rate <= 0 || random() >= rate) return false
    counts[kind] = (counts[kind] ?? 0) + 1
    return true
  }
  const refuse = (req: IncomingMessage, res: ServerResponse, error: ApiError) => {
    req.resume()
    writeAnswer(res, toErrorAnswer(error))
  }

  function play(req: IncomingMessage, res: ServerResponse, handle: Handle): void {
    const [path = '', query = ''] = (req.url ?? '').split('?')
    const isWatch = /(^|&)watch=(true|1)/.test(query)
    if (rates['discovery-partial'] && hidesGroup(req, path, res)) return
    if (strikes('reset')) req.socket.destroy()
    else if (strikes('429')) refuse(req, res, tooManyRequests())
    else if (strikes('500')) refuse(req, res, internalError('injected fault'))
    else if (/^(PUT|PATCH)$/.test(req.method ?? '') && strikes('conflict')) refuse(req, res, injectedConflict(path))
    else {
      if (isWatch && strikes('watch-drop')) {
        // In real time: a watch that nobody drops lives for minutes.
        const drop = setTimeout(() => req.socket.destroy(), WATCH_LIFE_MS).unref()
        res.on('close', () => clearTimeout(drop))
      }
      handle(req, res)
    }
  }

  /** One group fails: clients must be made to ask group by group, and then one of them is not there. */
  function hidesGroup(req: IncomingMessage, path: string, res: ServerResponse): boolean {
    if (path === '/apis' && AGGREGATED_DISCOVERY.test(req.headers.accept ?? '')) {
      refuse(req, res, new ApiError(406, 'NotAcceptable', '406: Not Acceptable'))
      return true
    }
    if (path !== '/apis/projectcalico.org/v3' || !strikes('discovery-partial')) return false
    refuse(req, res, new ApiError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request'))
    return true
  }

  return {
    cuts: () => strikes('exec-cut'),
    counts: () => ({ ...counts }),
    requests: () => requests,
    wrap(handle) {
      if (Object.values(rates).every((rate) => rate <= 0)) return handle
      return (req, res) => {
        requests++
        if (!strikes('latency')) play(req, res, handle)
        else {
          clock
            .sleep(LATENCY_MS)
            .then(() => play(req, res, handle))
            .catch(() => req.socket.destroy())
        }
      }
    },
  }
}

function tooManyRequests(): ApiError {
  const message = 'Too many requests, please try again later.'
  return new ApiError(429, 'TooManyRequests', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

function injectedConflict(path: string): ApiError {
  const name = path.split('/').at(-1) ?? ''
  const message = `Operation cannot be fulfilled on "${name}": the object has been modified; please apply your changes to the latest version and try again`
  return new ApiError(409, 'Conflict', message, { name })
}
