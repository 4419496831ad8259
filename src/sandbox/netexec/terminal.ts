/**
 * The kernel's side of a terminal: the client sends raw keys, this echoes them, lets a line be edited, and turns
 * Ctrl-C and Ctrl-D into what they mean. Output gets carriage returns, as a real terminal's does.
 */
import type { ProcessIo } from '../contracts.ts'
import { Interrupted } from './interrupt.ts'
import { isAscii, type Reader, type Sink } from './process.ts'

export interface Terminal {
  reader: Reader
  sink: Sink
  /** Ctrl-C while nobody reads: the foreground command gets it. */
  onInterrupt(listener: () => void): () => void
  close(): void
}

const CTRL_C = '\x03'
const CTRL_D = '\x04'
const CTRL_U = '\x15'
const CTRL_W = '\x17'

export function createTerminal(io: ProcessIo): Terminal {
  const send = (text: string): void => io.stdout(isAscii(text) ? text : Buffer.from(text, 'latin1'))
  const sink: Sink = { tty: true, write: (text) => (text === '' ? undefined : send(text.replace(/\r?\n/g, '\r\n'))) }
  const listeners: (() => void)[] = []
  const lines: (string | null)[] = []
  let waiting: { resolve: (line: string | null) => void; reject: (reason: unknown) => void } | null = null
  let line = ''
  let sequence = ''
  let closed = false

  const give = (text: string | null): void => {
    if (waiting === null) {
      lines.push(text)
      return
    }
    const { resolve } = waiting
    waiting = null
    resolve(text)
  }

  const interrupt = (): void => {
    send('^C\r\n')
    line = ''
    if (waiting !== null) {
      const { reject } = waiting
      waiting = null
      reject(new Interrupted())
    } else listeners[listeners.length - 1]?.()
  }

  const erase = (count: number): void => {
    if (count === 0) return
    line = line.slice(0, -count)
    send('\b \b'.repeat(count))
  }

  /** What a control key does; anything else is text. */
  const control: Readonly<Record<string, () => void>> = {
    [CTRL_C]: interrupt,
    [CTRL_D]: () => {
      if (line === '') give(null)
    },
    [CTRL_U]: () => erase(line.length),
    [CTRL_W]: () => erase(/\S*\s*$/.exec(line)?.[0].length ?? 0),
    '\x7f': () => erase(line === '' ? 0 : 1),
    '\b': () => erase(line === '' ? 0 : 1),
    '\r': () => finishLine(),
    '\n': () => finishLine(),
  }

  const finishLine = (): void => {
    send('\r\n')
    const text = line
    line = ''
    give(`${text}\n`)
  }

  const key = (char: string): void => {
    // Arrow keys and the like: no line editor sits here, they are swallowed whole.
    if (sequence !== '' || char === '\x1b') {
      sequence += char
      const isWhole = sequence.length > 1 && /[A-Za-z~]$/.test(sequence) && sequence !== '\x1b[' && sequence !== '\x1bO'
      if (isWhole || sequence.length > 8) sequence = ''
      return
    }
    const act = Object.hasOwn(control, char) ? control[char] : undefined
    if (act !== undefined) act()
    else if ((char >= ' ' || char === '\t') && line.length < 4096) {
      line += char
      send(char)
    }
  }

  const pump = async (): Promise<void> => {
    if (io.stdin !== null)
      for await (const piece of io.stdin) for (const char of Buffer.from(piece).toString('latin1')) key(char)
    give(null)
  }
  pump().catch(() => give(null))

  return {
    sink,
    reader: {
      read() {
        const ready = lines.shift()
        if (ready !== undefined) return Promise.resolve(ready)
        if (closed) return Promise.resolve(null)
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject }
        })
      },
    },
    onInterrupt(listener) {
      listeners.push(listener)
      return () => void listeners.splice(listeners.indexOf(listener), 1)
    },
    close() {
      closed = true
      give(null)
    },
  }
}

/** Standard input without a terminal. */
export function streamReader(stdin: AsyncIterable<Uint8Array> | null): Reader {
  if (stdin === null) return { read: async () => null }
  const pieces = stdin[Symbol.asyncIterator]()
  return {
    async read() {
      const next = await pieces.next()
      return next.done === true ? null : Buffer.from(next.value).toString('latin1')
    },
  }
}
