import type { Line, Span } from './line.ts'

/** Light colouring of one line of code: enough to find the verb, the flags and the keys; never needed to read it. */
export function highlight(code: string, language: string | undefined): Line {
  if (language === 'yaml' || language === 'yml') return highlightYaml(code)
  if (language === 'sh' || language === 'bash' || language === 'shell' || language === 'console')
    return highlightShell(code)
  return [{ text: code, tone: 'code' }]
}

/** `kubectl` and its verb stand out, flags are dimmed, quoted text is coloured. */
export function highlightShell(code: string): Line {
  const spans: Span[] = []
  let first = true
  let valueOfPlace = false
  for (const part of code.split(/(\s+|'[^']*'|"[^"]*")/)) {
    if (part === '') continue
    if (/^\s+$/.test(part)) {
      spans.push({ text: part })
      continue
    }
    if (valueOfPlace) {
      spans.push({ text: part, dim: true })
      valueOfPlace = false
    } else if (first && part !== '$') {
      spans.push({ text: part, bold: true })
      first = false
    } else if (/^['"]/.test(part)) spans.push({ text: part, tone: 'code' })
    else if (part.startsWith('-')) {
      spans.push({ text: part, dim: true })
      // Which cluster is the same in every line: it steps back behind what the line does.
      valueOfPlace = part === '--kubeconfig' || part === '--context'
    } else if (part === '|' || part === '&&' || part === ';') {
      spans.push({ text: part, dim: true })
      first = true
    } else spans.push({ text: part })
  }
  return spans
}

function highlightYaml(code: string): Line {
  const comment = /^(\s*)(#.*)$/.exec(code)
  if (comment) return [{ text: comment[1] ?? '' }, { text: comment[2] ?? '', dim: true }]
  const pair = /^(\s*(?:- )?)([\w./-]+)(:)(.*)$/.exec(code)
  if (!pair) return [{ text: code }]
  return [
    { text: pair[1] ?? '' },
    { text: pair[2] ?? '', tone: 'accent' },
    { text: ':' },
    { text: pair[4] ?? '', tone: 'code' },
  ]
}
