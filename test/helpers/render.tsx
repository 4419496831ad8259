/**
 * A terminal of a fixed size for Ink: what was drawn last, without colour. ink-testing-library knows no rows and takes
 * them from the developer's own terminal, so whole screens need this one.
 */
import { EventEmitter } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { type Instance, render as inkRender } from 'ink'
import type { ReactNode } from 'react'

class FakeStdout extends EventEmitter {
  isTTY = true
  writable = true
  readonly writes: string[] = []
  private last = ''

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super()
  }

  // The callback must be called, else Ink waits for a flush that never comes.
  write = (data: string, encodingOrDone?: unknown, done?: () => void): boolean => {
    this.writes.push(data)
    // What only sets a mode or the clipboard is no frame.
    if (!data.startsWith('\u001b]') && stripVTControlCharacters(data) !== '') this.last = data
    const callback = typeof encodingOrDone === 'function' ? (encodingOrDone as () => void) : done
    if (callback) setImmediate(callback)
    this.emit('drawn')
    return true
  }

  /** With its colours. */
  coloured(): string {
    return this.last
  }

  frame(): string {
    return stripVTControlCharacters(this.last)
  }
}

class FakeStdin extends EventEmitter {
  isTTY = true
  isRaw = false
  private pending: string | null = null
  setEncoding() {}
  setRawMode(on: boolean) {
    this.isRaw = on
    return this
  }
  resume() {}
  pause() {}
  ref() {}
  unref() {}
  read() {
    const data = this.pending
    this.pending = null
    return data
  }
  type(data: string) {
    this.pending = data
    this.emit('readable')
    this.emit('data', data)
  }
}

export interface Terminal {
  stdout: FakeStdout
  stdin: FakeStdin
  instance: Instance
  /** Lines of the last frame, without trailing spaces. */
  screen(): string[]
  text(): string
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Resolves once the screen satisfies the condition; rejects with the last frame when it does not come. */
  waitFor(condition: string | RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>
  unmount(): void
}

function terminalOf(stdout: FakeStdout, stdin: FakeStdin, instance: Instance): Terminal {
  const text = () => stdout.frame()
  return {
    stdout,
    stdin,
    instance,
    text,
    screen: () =>
      text()
        .split('\n')
        .map((line) => line.trimEnd()),
    type: (keys) => stdin.type(keys),
    resize(columns, rows) {
      stdout.columns = columns
      stdout.rows = rows
      stdout.emit('resize')
    },
    waitFor(condition, withinMs = 5000) {
      const met = () =>
        typeof condition === 'string'
          ? text().includes(condition)
          : condition instanceof RegExp
            ? condition.test(text())
            : condition(text())
      return new Promise((resolve, reject) => {
        const done = (error?: Error) => {
          clearTimeout(timer)
          stdout.off('drawn', check)
          if (error) reject(error)
          else resolve(text())
        }
        const check = () => {
          if (met()) done()
        }
        const timer = setTimeout(() => done(new Error(`never on the screen: ${condition}\n${text()}`)), withinMs)
        stdout.on('drawn', check)
        check()
      })
    },
    unmount: () => instance.unmount(),
  }
}

/** Renders a component on a fake terminal of this size. */
export function render(node: ReactNode, size: { columns: number; rows: number } = { columns: 80, rows: 24 }): Terminal {
  const stdout = new FakeStdout(size.columns, size.rows)
  const stdin = new FakeStdin()
  const instance = inkRender(node, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  return terminalOf(stdout, stdin, instance)
}
