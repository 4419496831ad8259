import { ByteQueue } from './byte-queue.ts'

const CTRL_C = 0x03
const CTRL_D = 0x04
const CTRL_U = 0x15
const CTRL_W = 0x17
const BACKSPACE = 0x08
const DELETE = 0x7f
const RETURN = 0x0d
const NEWLINE = 0x0a

/**
 * The line discipline a kernel puts between a terminal and a program: echo, editing of the line that is being typed,
 * Ctrl-C, Ctrl-D, and CR LF on output. The program reads whole lines.
 */
export class Terminal {
  readonly input = new ByteQueue()
  readonly #send: (data: Uint8Array) => void
  readonly #interruptListeners = new Set<() => void>()
  #line: number[] = []

  constructor(send: (data: Uint8Array) => void) {
    this.#send = send
  }

  onInterrupt(listener: () => void): void {
    this.#interruptListeners.add(listener)
  }

  /** Bytes the user typed. */
  type(data: Uint8Array): void {
    let echo = ''
    for (const byte of data) {
      if (byte === CTRL_C) {
        this.#line = []
        this.#flush(`${echo}^C`)
        echo = ''
        for (const listener of [...this.#interruptListeners]) listener()
      } else if (byte === CTRL_D) {
        if (this.#line.length === 0) this.input.end()
        else this.#deliver()
      } else if (byte === RETURN || byte === NEWLINE) {
        this.#line.push(NEWLINE)
        // The echo comes before anything the program answers.
        this.#flush(`${echo}\r\n`)
        echo = ''
        this.#deliver()
      } else if (byte === BACKSPACE || byte === DELETE) echo += this.#erase(1)
      else if (byte === CTRL_U) echo += this.#erase(this.#line.length)
      else if (byte === CTRL_W) echo += this.#erase(this.#wordLength())
      else if (byte >= 0x20 || byte === 0x09) {
        this.#line.push(byte)
        echo += String.fromCharCode(byte)
      } else if (byte === 0x1b) echo += '^['
    }
    this.#flush(echo)
  }

  /** What the program wrote, as a terminal needs it. */
  static toScreen(data: Uint8Array): Uint8Array {
    if (!data.includes(NEWLINE)) return data
    const text = Buffer.from(data).toString('latin1')
    return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')
  }

  #deliver(): void {
    this.input.push(Uint8Array.from(this.#line))
    this.#line = []
  }

  /** Takes characters off the line; UTF-8 continuation bytes go with their character. */
  #erase(count: number): string {
    let erased = 0
    while (erased < count && this.#line.length > 0) {
      const byte = this.#line.pop()!
      if ((byte & 0xc0) !== 0x80) erased += 1
    }
    return '\b \b'.repeat(erased)
  }

  #wordLength(): number {
    const text = String.fromCharCode(...this.#line)
    return text.length - text.replace(/\S+\s*$/, '').length
  }

  #flush(text: string): void {
    if (text !== '') this.#send(Buffer.from(text, 'latin1'))
  }
}
