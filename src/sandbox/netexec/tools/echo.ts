/** echo: ash and bash take -n and -e, dash takes -n and always reads escapes. */
export function echo(args: readonly string[], shell: 'ash' | 'dash' | 'bash'): string {
  let newline = true
  let escapes = shell === 'dash'
  let at = 0
  const flags = shell === 'dash' ? /^-n$/ : /^-[neE]+$/
  for (; at < args.length && flags.test(args[at] as string); at++) {
    const flag = args[at] as string
    if (flag.includes('n')) newline = false
    if (flag.includes('e')) escapes = true
    if (flag.includes('E')) escapes = false
  }
  const text = args.slice(at).join(' ')
  const shown = escapes ? readEscapes(text) : { text, stopped: false }
  return shown.text + (newline && !shown.stopped ? '\n' : '')
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
}

/** Backslash escapes; `\c` ends the output. */
export function readEscapes(text: string): { text: string; stopped: boolean } {
  if (!text.includes('\\')) return { text, stopped: false }
  let stopped = false
  const [before] = text.split(/(?<!\\)(?:\\\\)*\\c/)
  const visible = before !== undefined && before !== text ? before : text
  if (visible !== text) stopped = true
  const shown = visible.replace(/\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[ntrabfve\\])/g, (_, code: string) => {
    if (Object.hasOwn(SIMPLE, code)) return SIMPLE[code] as string
    return String.fromCharCode(
      (code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8)) & 255,
    )
  })
  return { text: shown, stopped }
}
