/** Command line options as getopt reads them: bundled letters, values attached or apart, `--` ends them. */

export interface Options {
  flags: Map<string, number>
  values: Map<string, string>
  operands: string[]
  /** The first letter that is no option, or an option whose value is missing. */
  mistake: { option: string; kind: 'unknown' | 'no-value' } | null
}

export function readOptions(
  args: readonly string[],
  spec: { flags: string; values: string; stopAtOperand?: boolean },
): Options {
  const found: Options = { flags: new Map(), values: new Map(), operands: [], mistake: null }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string
    if (arg === '--') {
      found.operands.push(...args.slice(at + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      if (spec.stopAtOperand === true) {
        found.operands.push(...args.slice(at))
        break
      }
      found.operands.push(arg)
      continue
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string
      if (spec.values.includes(letter)) {
        const attached = arg.slice(i + 1)
        const value = attached === '' ? args[++at] : attached
        if (value === undefined) found.mistake ??= { option: letter, kind: 'no-value' }
        else found.values.set(letter, value)
        break
      }
      if (spec.flags.includes(letter)) found.flags.set(letter, (found.flags.get(letter) ?? 0) + 1)
      else found.mistake ??= { option: letter, kind: 'unknown' }
    }
  }
  return found
}
