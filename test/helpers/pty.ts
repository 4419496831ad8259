/**
 * A real terminal around a real process: node-pty runs it, xterm's headless emulator reads what it draws. Started
 * through a shell, so that the terminal's settings can be compared before and after.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import unicode from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'

export const keys = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageDown: '\u001b[6~',
  pageUp: '\u001b[5~',
  home: '\u001b[H',
  end: '\u001b[F',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
} as const

export interface PtyOptions {
  columns?: number
  rows?: number
  cwd?: string
  env?: Record<string, string | undefined>
}

export interface Pty {
  /** Lines on the screen now, without trailing spaces. */
  screen(): string[]
  text(): string
  type(text: string): void
  resize(columns: number, rows: number): void
  waitFor(condition: string | RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>
  /** Everything written so far, with its escape sequences. */
  raw(): string
  /** Whether the alternate screen is shown, and whether the cursor is. */
  state(): { alternate: boolean; cursorHidden: boolean }
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL' | 'SIGCONT'): void
  /** The program's exit code, and whether `stty -g` says the same as before it ran. */
  done(withinMs?: number): Promise<{ exitCode: number; terminalRestored: boolean }>
  /** Pid of the program itself, not of the shell around it. */
  pid(): number
  /** Closes the terminal under the program, as a closed window does. */
  hangUp(): void
  kill(): void
}

/** Runs `command` (words, not a shell line) on a terminal of this size. */
export function openPty(command: readonly string[], options: PtyOptions = {}): Pty {
  const columns = options.columns ?? 80
  const rows = options.rows ?? 24
  const notes = mkdtempSync(join(tmpdir(), 'hw-pty-'))
  const note = (name: string) => {
    try {
      return readFileSync(join(notes, name), 'utf8').trim()
    } catch {
      return ''
    }
  }
  const line = command.map(quote).join(' ')
  // The program is a background job brought to the front by exec in a subshell, so that its own pid is known.
  const script = `stty -g > before; (cd ${quote(options.cwd ?? process.cwd())} && echo $BASHPID > ${quote(join(notes, 'pid'))} && exec ${line}); code=$?; stty -g > after; echo $code > code; printf '\\n[left with %s]' $code`
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries({
    ...process.env,
    TERM: 'xterm-256color',
    FORCE_COLOR: undefined,
    NO_COLOR: undefined,
    CI: undefined,
    COLUMNS: undefined,
    LINES: undefined,
    ...options.env,
  })) {
    if (value !== undefined) env[name] = value
  }
  const process_: IPty = spawn('bash', ['--noprofile', '--norc', '-c', script], {
    cols: columns,
    rows,
    cwd: notes,
    env,
  })
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 })
  terminal.loadAddon(new unicode.Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  const listeners = new Set<() => void>()
  let raw = ''
  let cursorHidden = false
  /** A frame is on its way and not whole yet: nobody would see it so. */
  let inFrame = false
  let read = 0
  let exited = false
  process_.onData((data) => {
    raw += data
    for (const match of data.matchAll(/\u001b\[\?25([hl])/g)) cursorHidden = match[1] === 'l'
    terminal.write(data, () => {
      read += data.length
      inFrame = raw.lastIndexOf('\u001b[?2026h', read - 8) > raw.lastIndexOf('\u001b[?2026l', read - 8)
      for (const listener of listeners) listener()
    })
  })
  process_.onExit(() => {
    exited = true
    terminal.write('', () => {
      for (const listener of listeners) listener()
    })
  })

  const screen = () => {
    const { active } = terminal.buffer
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    )
  }
  const waitUntil = (met: () => boolean, what: () => string, withinMs: number) =>
    new Promise<void>((resolve, reject) => {
      const finish = (error?: Error) => {
        clearTimeout(timer)
        listeners.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        if (met()) finish()
      }
      const timer = setTimeout(() => finish(new Error(`${what()}\n${screen().join('\n')}`)), withinMs)
      listeners.add(check)
      check()
    })

  return {
    screen,
    text: () => screen().join('\n'),
    raw: () => raw,
    type: (text) => process_.write(text),
    resize(width, height) {
      process_.resize(width, height)
      terminal.resize(width, height)
    },
    async waitFor(condition, withinMs = 20_000) {
      const text = () => screen().join('\n')
      const met = () =>
        typeof condition === 'string'
          ? text().includes(condition)
          : condition instanceof RegExp
            ? condition.test(text())
            : condition(text())
      await waitUntil(
        () => !inFrame && met(),
        () => `never on the screen: ${condition}`,
        withinMs,
      )
      return text()
    },
    state: () => ({ alternate: terminal.buffer.active.type === 'alternate', cursorHidden }),
    signal: (name) => process.kill(Number(note('pid')), name),
    pid: () => Number(note('pid')),
    async done(withinMs = 20_000) {
      await waitUntil(
        () => exited,
        () => 'the program did not end',
        withinMs,
      )
      const result = {
        exitCode: Number(note('code')),
        terminalRestored: note('before') !== '' && note('before') === note('after'),
      }
      rmSync(notes, { recursive: true, force: true })
      return result
    },
    hangUp: () => (process_ as IPty & { destroy(): void }).destroy(),
    kill() {
      if (!exited) process_.kill('SIGKILL')
      terminal.dispose()
      rmSync(notes, { recursive: true, force: true })
    },
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
