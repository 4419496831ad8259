import type { ServerResponse } from 'node:http'
import type { WatchEvent } from './watch-encoder.ts'

export interface StreamLimits {
  /** What may lie unsent in a connection's buffers. */
  unsentBytes: number
  /** How many events more than it began with may wait for a client that does not read. */
  waiting: number
}

const LIMITS: StreamLimits = { unsentBytes: 256 * 1024, waiting: 10_000 }

/**
 * The answer to one watch. Events go out as fast as the client reads; what must wait is kept as objects, which all
 * watches share, not as text. A client that falls too far behind is cut off: it lists and watches anew.
 */
export class WatchStream {
  readonly #res: ServerResponse
  readonly #toLine: (event: WatchEvent) => string
  readonly #limits: StreamLimits
  #waiting: WatchEvent[] = []
  #allowed: number

  constructor(res: ServerResponse, toLine: (event: WatchEvent) => string, limits = LIMITS) {
    this.#res = res
    this.#toLine = toLine
    this.#limits = limits
    this.#allowed = limits.waiting
    res.on('drain', () => this.#goOn())
  }

  /** Everything a watch begins with, however much it is. */
  begin(events: readonly WatchEvent[]): void {
    this.#allowed += events.length
    for (const event of events) this.send(event)
  }

  send(event: WatchEvent): void {
    if (this.#res.writableEnded || this.#res.destroyed) return
    if (this.#waiting.length === 0 && this.#hasRoom) this.#res.write(this.#toLine(event))
    else if (this.#waiting.length < this.#allowed) this.#waiting.push(event)
    else this.cut()
  }

  /** A clean end, as after `timeoutSeconds`. */
  end(): void {
    this.#waiting = []
    this.#res.end()
  }

  /** Without a word, as a dropped connection. */
  cut(): void {
    this.#waiting = []
    this.#res.destroy()
  }

  get #hasRoom(): boolean {
    return this.#res.writableLength < this.#limits.unsentBytes
  }

  #goOn(): void {
    let sent = 0
    while (sent < this.#waiting.length && this.#hasRoom) this.#res.write(this.#toLine(this.#waiting[sent++]!))
    this.#waiting = this.#waiting.slice(sent)
    if (this.#waiting.length === 0) this.#allowed = this.#limits.waiting
  }
}
