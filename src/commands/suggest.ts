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

/** The word that stands where a command should and is none. */
export function unknownCommand(args: readonly string[], error: CommanderError): string | null {
  const word = args[0]
  if (!word || word.startsWith('-') || commands.includes(word)) return null
  return error.code === 'commander.unknownCommand' || error.code === 'commander.excessArguments' ? word : null
}

/** The next thing to try after a usage error. */
export function suggestionFor(args: readonly string[], error: CommanderError): string {
  const unknown = unknownCommand(args, error)
  if (unknown) {
    const near = commands.map((name) => ({ name, far: distance(unknown, name) })).sort((a, b) => a.far - b.far)[0]
    return near && near.far <= 2
      ? `Did you mean hipster-workshop ${near.name}?`
      : `The commands: ${commands.join(', ')}.`
  }
  const word = args.find((arg) => commands.includes(arg))
  return word ? `See hipster-workshop ${word} --help.` : 'See hipster-workshop --help.'
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
