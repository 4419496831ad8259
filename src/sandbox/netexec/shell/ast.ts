/** The shell language after parsing (POSIX.1 Shell Command Language, chapter 2). */

export type Part =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'param'; name: string; operator: string; word: Word | null; quoted: boolean }
  | { kind: 'command'; script: Script; quoted: boolean }
  | { kind: 'arithmetic'; expression: Word; quoted: boolean }

export type Word = readonly Part[]

export interface Redirect {
  fd: number
  operator: '<' | '>' | '>>' | '>|' | '<&' | '>&' | '<>' | '<<' | '&>'
  target: Word
}

export interface Assignment {
  name: string
  value: Word
}

export type Command =
  | { kind: 'simple'; assignments: Assignment[]; words: Word[]; redirects: Redirect[]; line: number }
  | { kind: 'group'; body: Script; redirects: Redirect[] }
  | { kind: 'subshell'; body: Script; redirects: Redirect[] }
  | { kind: 'if'; branches: { condition: Script; body: Script }[]; otherwise: Script | null; redirects: Redirect[] }
  | { kind: 'for'; variable: string; words: Word[] | null; body: Script; redirects: Redirect[] }
  | { kind: 'while'; until: boolean; condition: Script; body: Script; redirects: Redirect[] }
  | { kind: 'case'; subject: Word; arms: { patterns: Word[]; body: Script }[]; redirects: Redirect[] }
  | { kind: 'function'; name: string; body: Command }

export interface Pipeline {
  negated: boolean
  commands: Command[]
}

export interface AndOr {
  first: Pipeline
  rest: { operator: '&&' | '||'; pipeline: Pipeline }[]
  background: boolean
}

export type Script = readonly AndOr[]
