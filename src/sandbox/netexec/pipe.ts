import { BROKEN_PIPE, Killed, type Reader, type Sink } from './process.ts'

const MAX_HELD = 16 * 1024 * 1024

/** A pipe between two processes that run at the same time. Writing after the reader has gone kills the writer, as SIGPIPE does. */
export class Pipe implements Reader, Sink {
  readonly tty = false
  #pieces: string[] = []
  #held = 0
  #ended = false
  #abandoned = false
  #wake: (() => void) | null = null

  write(text: string): void {
    if (this.#abandoned) throw BROKEN_PIPE
    if (text === '') return
    this.#held += text.length
    // A real writer would wait here; one that is that far ahead of its reader would do so for good.
    if (this.#held > MAX_HELD) throw new Killed(137)
    this.#pieces.push(text)
    this.#wake?.()
  }

  /** The writer is done. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** The reader is done. */
  abandon(): void {
    this.#abandoned = true
    this.#pieces = []
  }

  async read(): Promise<string | null> {
    while (this.#pieces.length === 0) {
      if (this.#ended || this.#abandoned) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    const all = this.#pieces.join('')
    this.#pieces = []
    this.#held = 0
    return all
  }
}
