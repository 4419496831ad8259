/** YAML text with positions: from a path of keys to file, line and column. Pure. */
import { type Document, isMap, isScalar, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml'
import type { Location } from '../errors/workshop-error.ts'
import type { ContentIssue } from './issue.ts'

type Path = readonly PropertyKey[]

export interface YamlSource {
  documents: readonly Document.Parsed[]
  /** Syntax errors; when there are any, the documents are not to be trusted. */
  issues: ContentIssue[]
  /** Where the value at this path stands; the nearest existing parent when it is missing. */
  locate(path: Path, document?: number): Location
  /** Where the key itself stands (`key` inside the map at `path`). */
  locateKey(path: Path, key: string, document?: number): Location
}

export function parseYaml(text: string, file: string): YamlSource {
  const counter = new LineCounter()
  const lines = text.split('\n')
  const parsed = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, strict: true, uniqueKeys: true })
  const documents = Array.isArray(parsed) ? parsed : []

  const at = (offset: number): Location => {
    const { line, col } = counter.linePos(Math.max(0, Math.min(offset, text.length)))
    const excerpt = lines[line - 1]?.replace(/\r$/, '')
    return { file, line: Math.max(1, line), column: Math.max(1, col), ...(excerpt === undefined ? {} : { excerpt }) }
  }
  const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]

  const locate = (path: Path, document = 0): Location => {
    const doc = documents[document]
    if (!doc) return at(0)
    for (let length = path.length; length >= 0; length--) {
      const head = path.slice(0, length)
      const last = head.at(-1)
      const node = length === 0 ? doc.contents : doc.getIn(head, true)
      const start = startOf(node)
      if (start === undefined) continue
      // A missing field is shown at the map that lacks it: at its own key, where there is one.
      if (length < path.length && typeof last === 'string') return locateKey(head.slice(0, -1), last, document)
      return at(start)
    }
    return at(startOf(doc.contents) ?? 0)
  }

  const locateKey = (path: Path, key: string, document = 0): Location => {
    const doc = documents[document]
    const map = path.length === 0 ? doc?.contents : doc?.getIn(path, true)
    if (isMap(map)) {
      const pair = (map.items as Pair[]).find((item) => isScalar(item.key) && item.key.value === key)
      const start = startOf(pair?.key)
      if (start !== undefined) return at(start)
    }
    return path.length === 0 ? at(startOf(doc?.contents) ?? 0) : locate(path, document)
  }

  const issues = documents.flatMap((doc) =>
    [...doc.errors, ...doc.warnings].map((error) => ({ location: at(error.pos[0]), message: sentence(error.message) })),
  )
  return { documents, issues, locate, locateKey }
}

/** The document's value; an issue where aliases of aliases would make a small file a huge value. */
export function readValue(source: YamlSource, index = 0): { value: unknown } | { issue: ContentIssue } {
  try {
    return { value: source.documents[index]?.toJS() }
  } catch (error) {
    return { issue: { location: source.locate([], index), message: sentence((error as Error).message) } }
  }
}

/** The parser's messages end in details over several lines; the position is shown separately. */
function sentence(message: string): string {
  return `YAML: ${message.split('\n')[0]!.trim()}`
}
