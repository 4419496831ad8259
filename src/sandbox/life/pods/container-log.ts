/** One line a container wrote. `at` is wall time in milliseconds. */
export interface LogLine {
  at: number
  text: string
}

/** Lines a server writes by itself: those due between two moments of its life (milliseconds since its start). */
export type LogScript = (fromMs: number, toMs: number, startedAt: number) => LogLine[]

/** More than this is forgotten, as the kubelet rotates. */
const KEPT = 5000

/** What a container has written so far. A scripted log is written when somebody looks. */
export class ContainerLog {
  readonly #lines: LogLine[] = []
  readonly #listeners = new Set<(line: LogLine) => void>()
  #rest = ''
  #closed = false
  #wasRead = false
  readonly #onClose = new Set<() => void>()
  #script: { write: LogScript; startedAt: number; writtenTo: number } | undefined

  script(write: LogScript, startedAt: number): void {
    this.#script = { write, startedAt, writtenTo: -1 }
  }

  append(data: string, at: number): void {
    const parts = (this.#rest + data).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const text of parts) this.#add({ at, text })
  }

  /** Everything up to `now`. */
  lines(now: number): readonly LogLine[] {
    const script = this.#script
    if (script && !this.#closed) {
      const to = now - script.startedAt
      for (const line of script.write(script.writtenTo, to, script.startedAt)) this.#add(line)
      script.writtenTo = to
    }
    return this.#lines
  }

  get scripted(): boolean {
    return this.#script !== undefined
  }

  /** True the first time somebody asks. */
  firstReader(): boolean {
    const first = !this.#wasRead
    this.#wasRead = true
    return first
  }

  get closed(): boolean {
    return this.#closed
  }

  follow(listener: (line: LogLine) => void, onClose: () => void): () => void {
    this.#listeners.add(listener)
    this.#onClose.add(onClose)
    return () => {
      this.#listeners.delete(listener)
      this.#onClose.delete(onClose)
    }
  }

  /** The container has ended: what it wrote stays. */
  close(now: number): void {
    if (this.#closed) return
    this.lines(now)
    if (this.#rest !== '') this.#add({ at: now, text: this.#rest })
    this.#rest = ''
    this.#closed = true
    for (const onClose of [...this.#onClose]) onClose()
  }

  #add(line: LogLine): void {
    this.#lines.push(line)
    if (this.#lines.length > KEPT) this.#lines.splice(0, this.#lines.length - KEPT)
    for (const listener of [...this.#listeners]) listener(line)
  }
}
