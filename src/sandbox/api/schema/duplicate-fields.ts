/** Paths of object keys that stand twice in one JSON object (`metadata.name`, `spec.ports[0].port`), in order. */
export function duplicateFields(text: string): string[] {
  if (text.trimStart()[0] !== '{') return []
  const found: string[] = []
  // Each open container: the keys seen (null for arrays), its path, the index or key being read.
  const stack: { keys: Set<string> | null; path: string; index: number }[] = []
  let at = 0
  let pendingKey = ''
  while (at < text.length) {
    const char = text[at]!
    const top = stack[stack.length - 1]
    if (char === '"') {
      const end = stringEnd(text, at)
      if (top?.keys && isKey(text, end)) {
        pendingKey = JSON.parse(text.slice(at, end)) as string
        if (top.keys.has(pendingKey)) {
          const path = join(top.path, pendingKey)
          if (!found.includes(path)) found.push(path)
        }
        top.keys.add(pendingKey)
      }
      at = end
      continue
    }
    if (char === '{' || char === '[') {
      const path = !top ? '' : top.keys ? join(top.path, pendingKey) : `${top.path}[${top.index}]`
      stack.push({ keys: char === '{' ? new Set() : null, path, index: 0 })
    } else if (char === '}' || char === ']') stack.pop()
    else if (char === ',' && top && !top.keys) top.index++
    at++
  }
  return found
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function isKey(text: string, end: number): boolean {
  let at = end
  while (at < text.length && /\s/.test(text[at]!)) at++
  return text[at] === ':'
}
