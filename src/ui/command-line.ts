/** The `:` line: what can be typed, how it completes, what it means. */
import type { CommandName } from './command-names.ts'

export interface CommandUsage {
  name: CommandName
  usage: string
  help: string
  /** What its arguments complete to. */
  takes?: 'step' | 'flow'
}

export const commandUsages: readonly CommandUsage[] = [
  { name: 'next', usage: 'next', help: 'run the next action, or prove, or go on' },
  { name: 'auto', usage: 'auto', help: 'run the rest of this step' },
  { name: 'run-all', usage: 'run-all', help: 'run all steps that are left' },
  { name: 'prove', usage: 'prove', help: 'try the proof of this step again' },
  { name: 'step', usage: 'step N', help: 'go to step N', takes: 'step' },
  {
    name: 'reset',
    usage: 'reset [N|all]',
    help: 'plan the way back to the state after step N; all: before the workshop',
    takes: 'step',
  },
  { name: 'hint', usage: 'hint', help: 'a hint, each one stronger' },
  { name: 'solution', usage: 'solution', help: 'every command of this step' },
  { name: 'predict', usage: 'predict', help: 'what the next policy will change' },
  { name: 'write', usage: 'write', help: 'write the policies of this step yourself; again: leave it to us' },
  { name: 'drift', usage: 'drift', help: 'what is missing or changed, with the lines that repair it' },
  { name: 'explain', usage: 'explain FROM TO[:PORT]', help: 'why a flow is open or blocked', takes: 'flow' },
  { name: 'try', usage: 'try FROM TO[:PORT]', help: 'measure a flow, with the reason', takes: 'flow' },
  { name: 'lesson', usage: 'lesson', help: 'the lesson (1)' },
  { name: 'matrix', usage: 'matrix', help: 'the matrix (2)' },
  { name: 'board', usage: 'board', help: 'the policy board (3)' },
  { name: 'flows', usage: 'flows', help: 'who talks to whom (4)' },
  { name: 'log', usage: 'log', help: 'every command and its output (5)' },
  { name: 'finish', usage: 'finish', help: 'what has been proved so far' },
  { name: 'copy', usage: 'copy', help: 'copy the shown command' },
  { name: 'output', usage: 'output', help: "the tool's own output of the selected line" },
  { name: 'filter', usage: 'filter [TEXT]', help: 'show only lines with this text, in the matrix FROM>TO' },
  { name: 'previous-step', usage: 'previous-step', help: 'look at the step before' },
  { name: 'next-step', usage: 'next-step', help: 'look at the step after' },
  { name: 'shell', usage: 'shell', help: 'a shell with kubectl pointed here' },
  { name: 'kubectl', usage: 'kubectl', help: 'how to point your own kubectl here' },
  { name: 'redraw', usage: 'redraw', help: 'draw the screen anew' },
  { name: 'help', usage: 'help', help: 'all keys and commands' },
  { name: 'quit', usage: 'quit', help: 'leave' },
]

export type ParsedCommand = { ok: true; name: CommandName; args: readonly string[] } | { ok: false; message: string }

/** `step 4`, `try a b:80`, and unambiguous beginnings: `ma` is `matrix`. */
export function parseCommand(text: string): ParsedCommand {
  const [word = '', ...args] = text.trim().split(/\s+/)
  if (word === '') return { ok: false, message: 'Nothing typed.' }
  const exact = commandUsages.find((usage) => usage.name === word)
  const found = exact ? [exact] : commandUsages.filter((usage) => usage.name.startsWith(word))
  const [only, ...others] = found
  if (!only) return { ok: false, message: `There is no command "${word}"; :help lists them.` }
  if (others.length > 0)
    return { ok: false, message: `"${word}" can be ${found.map((usage) => usage.name).join(', ')}.` }
  return { ok: true, name: only.name, args }
}

export interface Names {
  sources: readonly string[]
  targets: readonly string[]
  steps: readonly number[]
}

/** What the text can go on to; whole texts, so that choosing one is replacing the line. */
export function completeCommand(text: string, names: Names): string[] {
  const space = text.indexOf(' ')
  if (space < 0) return commandUsages.map((usage) => usage.name as string).filter((name) => name.startsWith(text))
  const parsed = parseCommand(text.slice(0, space))
  const usage = parsed.ok ? commandUsages.find((candidate) => candidate.name === parsed.name) : undefined
  const rest = text.slice(space + 1)
  const head = `${usage?.name ?? ''} `
  if (usage?.takes === 'step')
    return [...names.steps.map(String), ...(usage.name === 'reset' ? ['all'] : [])]
      .filter((step) => step.startsWith(rest))
      .map((step) => head + step)
  if (usage?.takes === 'flow') return completeFlow(rest, names).map((flow) => head + flow)
  return []
}

/** `cart` -> sources, `cartservice re` -> targets. */
export function completeFlow(text: string, names: Names): string[] {
  const space = text.indexOf(' ')
  if (space < 0) return names.sources.filter((name) => name.startsWith(text)).map((name) => `${name} `)
  const from = text.slice(0, space)
  const to = text.slice(space + 1).trimStart()
  return names.targets.filter((name) => name.startsWith(to)).map((name) => `${from} ${name}`)
}

export type ParsedFlow = { ok: true; from: string; to: string; port?: number } | { ok: false; message: string }

/** `FROM TO[:PORT]`; an arrow between them is allowed, because that is how flows are shown. */
export function parseFlow(args: readonly string[]): ParsedFlow {
  const [from, target, ...more] = args.filter((part) => part !== '→' && part !== '->' && part !== '>')
  if (!from || !target || more.length > 0)
    return { ok: false, message: 'A flow is FROM TO[:PORT], as in: frontend cartservice:7070' }
  const port = /^(.*):(\d+)$/.exec(target)
  if (!port) return { ok: true, from, to: target }
  const number = Number(port[2])
  if (number < 1 || number > 65_535) return { ok: false, message: `${number} is not a port; ports go from 1 to 65535.` }
  return { ok: true, from, to: port[1] ?? '', port: number }
}

/** The longest beginning all completions share. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  let length = first.length
  for (const other of others) {
    let same = 0
    while (same < length && first[same] === other[same]) same += 1
    length = same
  }
  return first.slice(0, length)
}
