/** Redirections (POSIX.1 2.7): the open files a command runs with. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { EMPTY_INPUT, NOWHERE, type Process, type Reader, readerOf, type Sink } from '../process.ts'
import { openSocket } from '../tools/dev-tcp.ts'
import type { Redirect } from './ast.ts'
import type { Files } from './control.ts'
import { type Expander, expandToString } from './expand.ts'
import { cannotOpen, problem } from './messages.ts'
import type { ShellState } from './state.ts'

/** A redirection that could not be made: its command does not run. */
export class RedirectFailure {
  constructor(readonly status: number) {}
}

export interface RedirectContext {
  state: ShellState
  files: Files
  expander: Expander
  process: Process
  line: number
}

const SOCKET = /^\/dev\/(tcp|udp)\/([^/]+)\/(\d+)$/

export async function openRedirects(redirects: readonly Redirect[], context: RedirectContext): Promise<Files> {
  if (redirects.length === 0) return context.files
  const opening = new Opening(context)
  for (const redirect of redirects) await opening.open(redirect)
  return opening.files
}

/** Redirections take effect one after the other: what a later one complains about goes where an earlier one led. */
class Opening {
  readonly #context: RedirectContext
  readonly #outputs: Map<number, Sink>
  #stdin: Reader

  constructor(context: RedirectContext) {
    this.#context = context
    this.#outputs = new Map(context.files.outputs)
    this.#stdin = context.files.stdin
  }

  get files(): Files {
    return { stdin: this.#stdin, outputs: this.#outputs }
  }

  async open({ fd, operator, target: word }: Redirect): Promise<void> {
    const target = await expandToString(word, this.#context.expander)
    if (operator === '<<') this.#stdin = readerOf(target)
    else if (operator === '<&') {
      if (target === '-') this.#stdin = EMPTY_INPUT
    } else if (operator === '>&' && (target === '-' || /^\d$/.test(target))) this.#duplicate(fd, target)
    else if (this.#context.state.speaker.kind === 'bash' && SOCKET.test(target))
      await this.#connect(fd, operator, target)
    else if (operator === '<' || operator === '<>') this.#stdin = this.#reader(target)
    else {
      const sink = this.#writer(target, operator === '>>')
      this.#outputs.set(fd, sink)
      if (operator === '&>' || operator === '>&') this.#outputs.set(2, sink)
    }
  }

  #duplicate(fd: number, target: string): void {
    const source = target === '-' ? NOWHERE : this.#outputs.get(Number(target))
    const words = this.#context.state.speaker.kind === 'ash' ? 'bad file descriptor' : 'Bad file descriptor'
    if (source === undefined)
      this.#fail(problem(this.#context.state.speaker, this.#context.line, `${target}: ${words}`))
    else this.#outputs.set(fd, source)
  }

  async #connect(fd: number, operator: string, target: string): Promise<void> {
    const [, protocol, host = '', port = ''] = SOCKET.exec(target) ?? []
    const { process, state, line } = this.#context
    const mistake = await openSocket(process, host, Number(port), protocol === 'udp')
    if (mistake !== null) {
      this.#fail(
        problem(state.speaker, line, mistake.words) + cannotOpen(state.speaker, line, target, mistake.reason, true),
      )
    }
    if (operator.startsWith('<')) this.#stdin = EMPTY_INPUT
    if (operator !== '<') this.#outputs.set(fd, NOWHERE)
  }

  #reader(target: string): Reader {
    if (target === '/dev/null') return EMPTY_INPUT
    const { process, state, line } = this.#context
    const content = process.container.files.read(resolvePath(state.cwd, target))
    if (content instanceof FileErrorResult)
      return this.#fail(cannotOpen(state.speaker, line, target, content.text, true))
    return readerOf(content)
  }

  #writer(target: string, append: boolean): Sink {
    if (target === '/dev/null') return NOWHERE
    if (target === '/dev/stdout') return this.#outputs.get(1) ?? NOWHERE
    if (target === '/dev/stderr') return this.#outputs.get(2) ?? NOWHERE
    const { process, state, line } = this.#context
    const { files } = process.container
    const path = resolvePath(state.cwd, target)
    const failed = files.write(path, '', append)
    if (failed !== null) return this.#fail(cannotOpen(state.speaker, line, target, failed.text, false))
    return { tty: false, write: (text) => void files.write(path, text, true) }
  }

  #fail(message: string): never {
    this.#outputs.get(2)?.write(message)
    throw new RedirectFailure(this.#context.state.speaker.kind === 'dash' ? 2 : 1)
  }
}
