import { EmptyHeaderWriter, HeaderReader } from './spdy-headers.ts'

/** One stream of a SPDY connection, opened by the client. */
export interface SpdyStream {
  readonly id: number
  readonly headers: ReadonlyMap<string, string>
  onData: (data: Buffer) => void
  /** The client sends no more. */
  onEnd: () => void
  write(data: Uint8Array): void
  end(): void
  reset(): void
}

export interface SpdyEvents {
  send(bytes: Buffer): void
  onStream(stream: SpdyStream): void
  /** The peer broke the protocol or said goodbye. */
  onClose(): void
}

const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const WINDOW_UPDATE = 9
const FIN = 1
const LONGEST_FRAME = 1024 * 1024
const CHUNK = 32 * 1024

/**
 * The server's half of SPDY/3.1 as Kubernetes clients speak it: streams that the client opens, data both ways, pings.
 * Neither their streams nor ours carry `:method`; that is why no general SPDY library can serve them.
 */
export class SpdyConnection {
  readonly #events: SpdyEvents
  readonly #headerReader = new HeaderReader()
  readonly #headerWriter = new EmptyHeaderWriter()
  readonly #streams = new Map<number, SpdyStream>()
  #pending = Buffer.alloc(0)
  #closed = false

  constructor(events: SpdyEvents) {
    this.#events = events
  }

  /** Bytes from the client, cut anywhere. */
  receive(bytes: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#pending, bytes])
    try {
      while (!this.#closed && this.#pending.length >= 8) {
        const length = this.#pending.readUIntBE(5, 3)
        if (length > LONGEST_FRAME) throw new Error('SPDY frame too long')
        if (this.#pending.length < 8 + length) return
        const head = this.#pending.subarray(0, 8)
        const body = this.#pending.subarray(8, 8 + length)
        this.#pending = this.#pending.subarray(8 + length)
        this.#frame(head, body)
      }
    } catch {
      // Whatever it was, it was no SPDY: nothing sensible can follow.
      this.close()
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stream of this.#streams.values()) stream.onEnd()
    this.#streams.clear()
    this.#events.onClose()
  }

  #frame(head: Buffer, body: Buffer): void {
    if ((head[0]! & 0x80) === 0) {
      this.#data(head.readUInt32BE(0), (head[4]! & FIN) !== 0, body)
      return
    }
    switch (head.readUInt16BE(2)) {
      case SYN_STREAM:
        this.#open(body.readUInt32BE(0) & 0x7fffffff, (head[4]! & FIN) !== 0, body.subarray(10))
        break
      case RST_STREAM: {
        const id = body.readUInt32BE(0) & 0x7fffffff
        this.#streams.get(id)?.onEnd()
        this.#streams.delete(id)
        break
      }
      case PING:
        this.#control(PING, 0, Buffer.from(body))
        break
      case GOAWAY:
        this.close()
        break
      default:
        // SETTINGS, HEADERS and WINDOW_UPDATE change nothing here.
        break
    }
  }

  #open(id: number, ended: boolean, block: Buffer): void {
    const stream: SpdyStream = {
      id,
      headers: this.#headerReader.read(block),
      onData: () => undefined,
      onEnd: () => undefined,
      write: (data) => {
        for (let at = 0; at < data.length; at += CHUNK) this.#send(id, data.subarray(at, at + CHUNK), false)
      },
      end: () => this.#send(id, new Uint8Array(0), true),
      reset: () => this.#control(RST_STREAM, 0, twoWords(id, 5)),
    }
    this.#streams.set(id, stream)
    const reply = Buffer.alloc(4)
    reply.writeUInt32BE(id)
    this.#control(SYN_REPLY, 0, Buffer.concat([reply, this.#headerWriter.write()]))
    this.#events.onStream(stream)
    if (ended) stream.onEnd()
  }

  #data(id: number, fin: boolean, body: Buffer): void {
    const stream = this.#streams.get(id)
    if (!stream) return
    if (body.length > 0) {
      // Read at once, so the window opens again at once.
      this.#control(WINDOW_UPDATE, 0, twoWords(id, body.length))
      stream.onData(Buffer.from(body))
    }
    if (fin) stream.onEnd()
  }

  #send(id: number, data: Uint8Array, fin: boolean): void {
    if (this.#closed) return
    const frame = Buffer.alloc(8 + data.length)
    frame.writeUInt32BE(id, 0)
    frame[4] = fin ? FIN : 0
    frame.writeUIntBE(data.length, 5, 3)
    frame.set(data, 8)
    this.#events.send(frame)
  }

  #control(type: number, flags: number, body: Buffer): void {
    if (this.#closed) return
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8003, 0)
    head.writeUInt16BE(type, 2)
    head[4] = flags
    head.writeUIntBE(body.length, 5, 3)
    this.#events.send(Buffer.concat([head, body]))
  }
}

function twoWords(first: number, second: number): Buffer {
  const words = Buffer.alloc(8)
  words.writeUInt32BE(first, 0)
  words.writeUInt32BE(second, 4)
  return words
}
