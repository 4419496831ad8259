/**
 * Every key of the screen. The key line, the help, the command line and the README's table are made from this list, so
 * none of them can be out of date.
 */
import type { CommandName } from './command-names.ts'

export type View = 'lesson' | 'matrix' | 'board' | 'flows' | 'log'

export interface Binding {
  keys: readonly string[]
  command: CommandName
  /** In the key line. */
  short: string
  /** In the help. */
  help: string
  group: 'Steps' | 'Proof' | 'Views' | 'Moving' | 'Program'
  /** The keys mean this only in these views, and win there. */
  only?: readonly View[]
}

export const keymap: readonly Binding[] = [
  {
    keys: ['enter'],
    command: 'next',
    short: 'next',
    help: 'the next sensible thing: run the next action, prove, go on; in a list, open the line',
    group: 'Steps',
  },
  {
    keys: ['a'],
    command: 'auto',
    short: 'auto',
    help: 'run the rest of this step: every action, then its proof',
    group: 'Steps',
  },
  { keys: ['['], command: 'previous-step', short: 'step back', help: 'look at the step before', group: 'Steps' },
  { keys: [']'], command: 'next-step', short: 'step on', help: 'look at the step after', group: 'Steps' },
  {
    keys: ['h'],
    command: 'hint',
    short: 'hint',
    help: 'a hint; press again for a stronger one, the last one is the solution',
    group: 'Steps',
  },
  {
    keys: ['w'],
    command: 'predict',
    short: 'predict',
    help: 'what will change? the flows the next policy would open or close, as a question or a list',
    group: 'Steps',
  },
  {
    keys: ['i'],
    command: 'write',
    short: 'write it yourself',
    help: 'write the policies of this step yourself: a skeleton is put into the working folder; again: leave it to us',
    group: 'Steps',
  },
  {
    keys: ['x'],
    command: 'reset',
    short: 'reset',
    help: 'reset this step: shows the plan, asks before anything is changed',
    group: 'Steps',
  },
  {
    keys: ['p'],
    command: 'prove',
    short: 'prove',
    help: "try the step's proof again with new connections",
    group: 'Proof',
  },
  {
    keys: ['e'],
    command: 'explain',
    short: 'explain',
    help: 'why the selected flow is open or blocked: tier by tier, both ends',
    group: 'Proof',
  },
  {
    keys: ['d'],
    command: 'drift',
    short: 'what is missing',
    help: 'what is missing or changed since, with the lines that repair it',
    group: 'Proof',
  },
  {
    keys: ['t'],
    command: 'try',
    short: 'try',
    help: 'try any flow: from, to, port; measured, with the reason',
    group: 'Proof',
  },
  {
    keys: ['o'],
    command: 'output',
    short: 'output',
    help: "the tool's own output of the selected line",
    group: 'Proof',
  },
  {
    keys: ['y'],
    command: 'copy',
    short: 'copy',
    help: 'copy the shown command to the clipboard (OSC 52)',
    group: 'Proof',
  },
  {
    keys: ['1'],
    command: 'lesson',
    short: 'lesson',
    help: 'the lesson, the next action and the proof',
    group: 'Views',
  },
  {
    keys: ['2'],
    command: 'matrix',
    short: 'matrix',
    help: 'every source to every service, predicted and measured',
    group: 'Views',
  },
  {
    keys: ['3'],
    command: 'board',
    short: 'board',
    help: 'tiers and policies in the order they are asked',
    group: 'Views',
  },
  { keys: ['4'], command: 'flows', short: 'flows', help: 'who talks to whom: declared, allowed, seen', group: 'Views' },
  { keys: ['5'], command: 'log', short: 'log', help: 'every command and its output', group: 'Views' },
  {
    keys: ['/'],
    command: 'filter',
    short: 'filter',
    help: 'show only lines with this text; in the matrix from>to',
    group: 'Views',
  },
  {
    keys: ['tab'],
    command: 'next-pane',
    short: 'pane',
    help: 'to the next pane: lesson, action, proof',
    group: 'Moving',
  },
  { keys: ['shift+tab'], command: 'previous-pane', short: 'pane back', help: 'to the pane before', group: 'Moving' },
  { keys: ['down', 'j'], command: 'down', short: 'down', help: 'a line down', group: 'Moving' },
  { keys: ['up', 'k'], command: 'up', short: 'up', help: 'a line up', group: 'Moving' },
  {
    keys: ['left'],
    command: 'left',
    short: 'left',
    help: 'left in the matrix and the board; else the step before',
    group: 'Moving',
  },
  {
    keys: ['right'],
    command: 'right',
    short: 'right',
    help: 'right in the matrix and the board; else the step after',
    group: 'Moving',
  },
  {
    keys: ['h'],
    command: 'left',
    short: 'left',
    help: 'in the matrix and the board: left',
    group: 'Moving',
    only: ['matrix', 'board'],
  },
  {
    keys: ['l'],
    command: 'right',
    short: 'right',
    help: 'in the matrix and the board: right',
    group: 'Moving',
    only: ['matrix', 'board'],
  },
  { keys: ['pgdn', 'ctrl+d', 'space'], command: 'page-down', short: 'page', help: 'a page down', group: 'Moving' },
  { keys: ['pgup', 'ctrl+u', 'b'], command: 'page-up', short: 'page up', help: 'a page up', group: 'Moving' },
  { keys: ['home', 'g'], command: 'home', short: 'first', help: 'to the first line', group: 'Moving' },
  { keys: ['end', 'G'], command: 'end', short: 'last', help: 'to the last line', group: 'Moving' },
  {
    keys: ['s'],
    command: 'shell',
    short: 'shell',
    help: 'a shell with kubectl pointed at this cluster; exit brings you back',
    group: 'Program',
  },
  {
    keys: [':'],
    command: 'command-line',
    short: 'command',
    help: 'type a command; tab completes it',
    group: 'Program',
  },
  {
    keys: ['esc'],
    command: 'back',
    short: 'back',
    help: 'close what is open, drop a filter, cancel what is running',
    group: 'Program',
  },
  { keys: ['ctrl+l'], command: 'redraw', short: 'redraw', help: 'draw the screen anew', group: 'Program' },
  {
    keys: ['ctrl+z'],
    command: 'suspend',
    short: 'suspend',
    help: 'to the background; fg brings the workshop back',
    group: 'Program',
  },
  { keys: ['?'], command: 'help', short: 'help', help: 'all keys and commands', group: 'Program' },
  {
    keys: ['q'],
    command: 'quit',
    short: 'quit',
    help: 'leave; the cluster stays as it is and progress is kept',
    group: 'Program',
  },
  {
    keys: ['ctrl+c'],
    command: 'interrupt',
    short: 'interrupt',
    help: 'leave at once, from anywhere',
    group: 'Program',
  },
]

export function commandOf(key: string, view: View): CommandName | null {
  const meant = keymap.filter((binding) => binding.keys.includes(key) && (binding.only?.includes(view) ?? true))
  return (meant.find((binding) => binding.only) ?? meant[0])?.command ?? null
}

/** How a key is written for people. */
export function keyLabel(key: string): string {
  const labels: Record<string, string> = {
    up: '↑',
    down: '↓',
    left: '←',
    right: '→',
    pgdn: 'PgDn',
    pgup: 'PgUp',
    home: 'Home',
    end: 'End',
    'ctrl+c': 'Ctrl-C',
    'ctrl+d': 'Ctrl-D',
    'ctrl+l': 'Ctrl-L',
    'ctrl+u': 'Ctrl-U',
    'ctrl+z': 'Ctrl-Z',
  }
  return labels[key] ?? key
}
