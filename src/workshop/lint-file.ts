/** One file on its own, wherever it lies: schema and syntax only, since the rest of its track is not known. */
import { type ContentIssue, sortIssues } from './issue.ts'
import type { ValidateObject } from './lint-manifest.ts'
import { manifestIssues } from './lint-manifest.ts'
import { readText } from './load-files.ts'
import { parseManifest } from './manifest.ts'
import { parseContent } from './parse.ts'
import { stepSchema } from './schema.ts'
import { expectSchema, trackSchema } from './schema-track.ts'

type ContentKind = 'step' | 'track' | 'expect' | 'manifest'

/** What a file is: by its name and folder, else by what stands in it. */
function contentKind(file: string, text: string): ContentKind {
  const parts = file.split(/[\\/]/)
  if (/^(apiVersion|kind):/m.test(text)) return 'manifest'
  if (/^track\.ya?ml$/.test(parts.at(-1)!)) return 'track'
  return parts.at(-2) === 'expect' ? 'expect' : 'step'
}

export function lintFile(path: string, shown = path, validate: ValidateObject = () => []): ContentIssue[] {
  const text = readText(path)
  const kind = contentKind(path, text)
  if (kind === 'manifest') return sortIssues(manifestIssues(parseManifest(text, shown), undefined, validate))
  const schema = { step: stepSchema, track: trackSchema, expect: expectSchema }[kind]
  const parsed = parseContent(text, shown, schema)
  return parsed.ok ? [] : sortIssues(parsed.issues)
}
