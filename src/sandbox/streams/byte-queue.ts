/** A pipe's reading end: chunks pushed by a socket, read by a simulated program. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  #ended = false
  #wake: (() => void) | undefined

  push(chunk: Uint8Array): void {
    if (this.#ended || chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  get ended(): boolean {
    return this.#ended
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk) yield chunk
      else if (this.#ended) return
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    }
  }
}
