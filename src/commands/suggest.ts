import type { CommanderError } from 'commander'

const commands = [
  'tui',
  'run',
  'verify',
  'status',
  'reset',
  'goto',
  'probe',
  'explain',
  'matrix',
  'plan',
  'board',
  'flows',
  'doctor',
  'sandbox',
  'lint',
  'schema',
]

/** The next thing to try after a usage error. */
export function suggestionFor(args: readonly string[], error: CommanderError): string {
  const word = args.find((arg) => !arg.startsWith('-'))
  if (word && commands.includes(word)) return `See hipster-workshop ${word} --help.`
  if (word && (error.code === 'commander.unknownCommand' || error.code === 'commander.excessArguments')) {
    const near = commands.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)[0]
    if (near && near.far <= 2) return `There is no command ${word}. Did you mean hipster-workshop ${near.name}?`
    return `There is no command ${word}. The commands: ${commands.join(', ')}.`
  }
  return 'See hipster-workshop --help.'
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
