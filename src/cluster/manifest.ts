/** Reads manifests as kubectl does: a file or a folder, YAML of several documents or JSON, lists flattened. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseAllDocuments } from 'yaml'
import { manifestInvalid } from '../errors/catalog/cluster.ts'
import type { KubeObject } from './port.ts'

export function loadManifest(path: string): KubeObject[] {
  let files: string[]
  try {
    files = statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /\.(ya?ml|json)$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path]
  } catch (error) {
    throw manifestInvalid(path, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
  return files.flatMap((file) => parseManifest(file, readFileSync(file, 'utf8')))
}

/** All mistakes are found before anything is sent. */
export function parseManifest(file: string, text: string): KubeObject[] {
  const counter = new LineCounter()
  const lines = text.split('\n')
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    const excerpt = lines[line - 1]
    return { file, line, column: col, ...(excerpt === undefined ? {} : { excerpt }) }
  }
  // Kubernetes reads YAML 1.1 booleans (yes, no, on, off); timestamps stay text.
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    schema: 'core',
    customTags: [oldBoolean],
    keepSourceTokens: false,
  })
  return documents.flatMap((document) => {
    const error = document.errors[0]
    if (error) throw manifestInvalid(file, error.message, at(error.pos[0]))
    const value: unknown = document.toJS()
    if (value === null || value === undefined) return []
    const place = at(document.contents?.range?.[0] ?? 0)
    return checked(file, value, place)
  })
}

const oldBoolean = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:[Yy]|[Yy]es|YES|[Nn]|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$/,
  resolve: (text: string) => /^(y|yes|on)$/i.test(text),
}

function checked(file: string, value: unknown, place: ReturnType<typeof Object>): KubeObject[] {
  const object = value as KubeObject & { items?: unknown[] }
  const wrong = (reason: string) => manifestInvalid(file, reason, place as never)
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong('a document is not an object')
  if (typeof object.apiVersion !== 'string' || object.apiVersion === '') throw wrong('a document has no apiVersion')
  if (typeof object.kind !== 'string' || object.kind === '') throw wrong('a document has no kind')
  if (object.kind.endsWith('List') && Array.isArray(object.items))
    return object.items.flatMap((item) => checked(file, item, place))
  if (typeof object.metadata?.name !== 'string' || object.metadata.name === '')
    throw wrong(`a ${object.kind} has no metadata.name`)
  return [object]
}
