/** What the three shells say when something goes wrong: the same mistake reads differently in each. */
import type { SyntaxProblem } from './tokens.ts'

export type ShellKind = 'ash' | 'dash' | 'bash'

export interface Speaker {
  kind: ShellKind
  /** What `$0` says: `sh`, or the path of a script. */
  name: string
  interactive: boolean
}

/** The prefix of a run-time message: ash and bash leave the line out at a prompt. */
function prefix({ kind, name, interactive }: Speaker, line: number): string {
  if (kind === 'dash') return `${name}: ${line}: `
  if (kind === 'bash') return interactive ? `${name}: ` : `${name}: line ${line}: `
  return `${name}: `
}

export function notFound(speaker: Speaker, line: number, command: string): string {
  return `${prefix(speaker, line)}${command}: ${speaker.kind === 'bash' ? (command.includes('/') ? 'No such file or directory' : 'command not found') : 'not found'}\n`
}

export function cannotExecute(speaker: Speaker, line: number, command: string): string {
  return `${prefix(speaker, line)}${command}: Permission denied\n`
}

/** A redirection that failed; `reading` for `<`. */
export function cannotOpen(speaker: Speaker, line: number, path: string, text: string, reading: boolean): string {
  if (speaker.kind === 'bash') return `${prefix(speaker, line)}${path}: ${text}\n`
  const missing = text === 'No such file or directory'
  if (speaker.kind === 'dash')
    return `${prefix(speaker, line)}cannot ${reading ? 'open' : 'create'} ${path}: ${missing ? (reading ? 'No such file' : 'Directory nonexistent') : text}\n`
  return `${prefix(speaker, line)}can't ${reading ? 'open' : 'create'} ${path}: ${missing ? (reading ? 'no such file' : 'nonexistent directory') : text}\n`
}

export function problem(speaker: Speaker, line: number, text: string): string {
  return `${prefix(speaker, line)}${text}\n`
}

/** `source` is the text the mistake is in: bash repeats its line. */
export function syntaxError(speaker: Speaker, mistake: SyntaxProblem, source: string): string {
  const { kind } = speaker
  const { token, expecting, line } = mistake
  if (mistake.kind === 'bad-substitution') {
    return kind === 'ash'
      ? `${speaker.name}: syntax error: bad substitution\n`
      : `${prefix(speaker, line)}${kind === 'bash' ? `\${${token.replace(/\n[\s\S]*/, '')}: bad substitution` : 'Bad substitution'}\n`
  }
  if (kind === 'bash') {
    const where = `${speaker.name}: ${speaker.interactive ? '' : `-c: line ${line}: `}`
    if (mistake.kind === 'unterminated-quote') return `${where}unexpected EOF while looking for matching \`${token}'\n`
    return token === 'end of file'
      ? `${where}syntax error: unexpected end of file\n`
      : `${where}syntax error near unexpected token \`${token}'\n${where}\`${source.split('\n')[line - 1] ?? ''}'\n`
  }
  const wanted = expecting === null ? '' : ` (expecting "${expecting}")`
  if (expecting === 'for-variable')
    return kind === 'dash'
      ? `${prefix(speaker, line)}Syntax error: Bad for loop variable\n`
      : `${speaker.name}: syntax error: bad for loop variable\n`
  if (kind === 'dash') {
    if (mistake.kind === 'unterminated-quote')
      return `${prefix(speaker, line)}Syntax error: Unterminated quoted string\n`
    return `${prefix(speaker, line)}Syntax error: ${shown(token)} unexpected${wanted}\n`
  }
  if (mistake.kind === 'unterminated-quote') return `${speaker.name}: syntax error: unterminated quoted string\n`
  return `${speaker.name}: syntax error: unexpected ${shown(token)}${wanted}\n`
}

function shown(token: string): string {
  return token === 'end of file' || token === 'newline' ? token : `"${token}"`
}
