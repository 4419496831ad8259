import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { type Document, isMap, isSeq, LineCounter, parseAllDocuments, type YAMLMap, type YAMLSeq } from 'yaml'
import { inputInvalid, inputNotText, inputUnreadable } from '../errors/catalog/input.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { KubeObject } from '../policy/model.ts'
import type { CommandContext } from './context.ts'

export interface WorldFiles {
  objects: KubeObject[]
  /** Sentences about what was left out or seen twice, with file and line. */
  notes: string[]
  /** `file:line` of an object. */
  placeOf(object: KubeObject): string
}

const standardInput = 'standard input'

/** Two exports of one cluster hold everything twice. */
const twiceMost = 10

interface Source {
  name: string
  text: string
}

/**
 * Reads exports as people have them: YAML or JSON, many documents, `kind: List`, folders, `-` for standard input, CRLF, empty documents.
 * What is not an object is said and left out; of the same object twice the last counts; a syntax error stops, because half a world would
 * give false answers.
 */
export function loadWorldFiles(paths: readonly string[], readStdin: () => string = () => ''): WorldFiles {
  const notes: string[] = []
  const twice: string[] = []
  const byKey = new Map<string, { object: KubeObject; at: string }>()
  for (const source of paths.flatMap((path) => readSources(path, readStdin))) {
    for (const { object, at } of parseSource(source, notes)) {
      const { apiVersion, kind, metadata } = object
      const key = [apiVersion.split('/').slice(0, -1).join('/'), kind, metadata.namespace ?? '', metadata.name].join(
        '|',
      )
      const earlier = byKey.get(key)
      if (earlier) {
        twice.push(
          `${at}: ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name} was already in ${earlier.at}; the last one counts.`,
        )
        byKey.delete(key)
      }
      byKey.set(key, { object, at })
    }
  }
  notes.push(...twice.slice(0, twiceMost))
  if (twice.length > twiceMost) notes.push(`${twice.length - twiceMost} more objects occur twice; the last one counts.`)
  if (byKey.size === 0) notes.push(`No objects in ${paths.join(', ')}.`)
  const places = new Map([...byKey.values()].map(({ object, at }) => [object, at]))
  return { objects: [...places.keys()], notes, placeOf: (object) => places.get(object) ?? paths.join(', ') }
}

/** The same with what standard input brings; waits for its end or for Ctrl-C. */
export async function readWorldFiles(paths: readonly string[], { io, signal }: CommandContext): Promise<WorldFiles> {
  if (!paths.includes('-')) return loadWorldFiles(paths)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of addAbortSignal(signal, io.stdin)) chunks.push(Buffer.from(chunk))
  } catch (cause) {
    signal.throwIfAborted()
    throw inputUnreadable(standardInput, (cause as NodeJS.ErrnoException).code ?? String(cause), cause)
  }
  const text = decodeText(Buffer.concat(chunks), standardInput)
  return loadWorldFiles(paths, () => text)
}

function readSources(path: string, readStdin: () => string): Source[] {
  if (path === '-') return [{ name: standardInput, text: readStdin() }]
  try {
    if (!statSync(path).isDirectory()) return [{ name: path, text: decodeText(readFileSync(path), path) }]
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((name) => ({ name, text: decodeText(readFileSync(name), name) }))
  } catch (cause) {
    if (cause instanceof WorkshopError) throw cause
    throw inputUnreadable(path, (cause as NodeJS.ErrnoException).code ?? String(cause), cause)
  }
}

/** UTF-8, or UTF-16 with its mark, which is what `kubectl ... > file` writes in Windows PowerShell. */
function decodeText(bytes: Uint8Array, name: string): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isGzip || (!isUtf16 && bytes.subarray(0, 4096).includes(0))) throw inputNotText(name, isGzip)
  return new TextDecoder(isUtf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes)
}

interface Found {
  object: KubeObject
  at: string
}

function* parseSource({ name, text }: Source, notes: string[]): Generator<Found> {
  const body = text.replace(/^\uFEFF/, '')
  if (/^\s*[[{]/.test(body)) {
    const json = tryJson(body)
    if (json !== undefined) {
      yield* fromValue(json, name, notes, null)
      return
    }
  }
  const lines = new LineCounter()
  const documents = parseAllDocuments(body, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' })
  if (!Array.isArray(documents)) return
  for (const document of documents) {
    const error = document.errors[0]
    if (error) {
      const { line, col } = lines.linePos(error.pos[0])
      const excerpt = body.split(/\r?\n/)[line - 1] ?? ''
      throw inputInvalid(error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''), {
        file: name,
        line,
        column: col,
        excerpt,
      })
    }
    yield* fromValue(readValue(document, name, body), name, notes, { document, lines })
  }
}

/** Aliases of aliases can make a small file a huge value; an alias can name nothing. */
function readValue(document: Document.Parsed, name: string, body: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 })
  } catch (error) {
    const excerpt = body.split(/\r?\n/)[0] ?? ''
    throw inputInvalid((error as Error).message, { file: name, line: 1, column: 1, excerpt })
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // YAML's parser gives the position.
    return undefined
  }
}

interface Positions {
  document: Document.Parsed
  lines: LineCounter
}

function* fromValue(value: unknown, name: string, notes: string[], positions: Positions | null): Generator<Found> {
  if (value === null || value === undefined) return
  const root = positions ? positions.document.contents : null
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* fromItem(item, () => whereOf(name, positions, isSeq(root) ? root.items[index] : root, index), notes)
    return
  }
  const { items, kind } = value as { items?: unknown; kind?: unknown }
  if (Array.isArray(items) && (kind === undefined || String(kind).endsWith('List'))) {
    const list = isMap(root) ? ((root as YAMLMap).get('items') as YAMLSeq | undefined) : undefined
    const itemKind = typeof kind === 'string' && kind !== 'List' ? kind.slice(0, -4) : undefined
    const apiVersion = (value as { apiVersion?: string }).apiVersion
    for (const [index, item] of items.entries()) {
      // Items of a typed list (`PodList`) need not repeat their kind.
      const typed = itemKind && item && typeof item === 'object' ? { apiVersion, kind: itemKind, ...item } : item
      yield* fromItem(typed, () => whereOf(name, positions, isSeq(list) ? list.items[index] : root, index), notes)
    }
    return
  }
  yield* fromItem(value, () => whereOf(name, positions, root), notes)
}

function* fromItem(item: unknown, at: () => string, notes: string[]): Generator<Found> {
  const object = item as Partial<KubeObject> | null
  if (
    object &&
    typeof object === 'object' &&
    typeof object.kind === 'string' &&
    typeof object.apiVersion === 'string' &&
    typeof object.metadata?.name === 'string'
  ) {
    yield { object: object as KubeObject, at: at() }
    return
  }
  const missing =
    !object || typeof object !== 'object'
      ? 'is not an object'
      : `has no ${typeof object.kind !== 'string' ? 'kind' : typeof object.apiVersion !== 'string' ? 'apiVersion' : 'metadata.name'}`
  notes.push(`${at()}: this ${missing}; it was left out.`)
}

/** File and line; of JSON, which is read faster without positions, the place in its list. */
function whereOf(name: string, positions: Positions | null, node: unknown, index?: number): string {
  const start = (node as { range?: [number, number, number] } | null | undefined)?.range?.[0]
  if (positions && start !== undefined) return `${name}:${positions.lines.linePos(start).line}`
  return index === undefined ? name : `${name} item ${index + 1}`
}
