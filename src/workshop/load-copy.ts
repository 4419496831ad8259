/** The working folder: a copy of steps and manifests, so that every line shown works when pasted from there. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { contentMissing, homeNotWritable } from '../errors/catalog/content.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import { readText } from './load-files.ts'

/** What copyContent did with files a person had changed in the working folder. */
export interface CopiedContent {
  /** The working folder: has steps/ and manifests/ like the content folder. */
  dir: string
  /** Files that had been edited there; each is kept beside ours as NAME.edited. */
  kept: string[]
}

const recordName = '.copied.json'

/** Stands in a manifest of which the program has written a filled-in copy (resolve-domains): that copy is the right one. */
const filledIn = 'hipster-workshop/resolved'

/**
 * Copies steps and manifests to the working folder, so that every line shown works when pasted from there. Files that
 * are as they should be are not touched, files of the learner's own stay, and one of ours that was edited is set aside.
 */
export function copyContent(contentDir: string, dir: string): CopiedContent {
  const kept: string[] = []
  const recordFile = join(dir, recordName)
  const before = readRecord(recordFile)
  const now: Record<string, string> = {}
  try {
    for (const name of ['steps', 'manifests'].flatMap((folder) => contentFiles(contentDir, folder))) {
      const text = readText(join(contentDir, name))
      const target = join(dir, name)
      now[name] = digest(text)
      const present = existsSync(target) ? readText(target) : null
      if (present === text || (present?.includes(filledIn) && before[name] === now[name])) continue
      if (present !== null && before[name] !== digest(present)) {
        renameSync(target, `${target}.edited`)
        kept.push(name)
      }
      mkdirSync(dirname(target), { recursive: true })
      const temporary = `${target}.${process.pid}.new`
      writeFileSync(temporary, text)
      renameSync(temporary, target)
    }
    for (const [name, hash] of Object.entries(before)) {
      const target = join(dir, name)
      if (name in now || !existsSync(target)) continue
      if (digest(readText(target)) === hash) rmSync(target)
    }
    const text = `${JSON.stringify(now, null, 1)}\n`
    if (!existsSync(recordFile) || readText(recordFile) !== text) writeFileSync(recordFile, text)
  } catch (cause) {
    if (cause instanceof WorkshopError) throw cause
    throw homeNotWritable(dir, (cause as NodeJS.ErrnoException).code ?? String(cause), cause)
  }
  return { dir, kept }
}

function contentFiles(contentDir: string, folder: string): string[] {
  const root = join(contentDir, folder)
  if (!existsSync(root)) throw contentMissing(contentDir)
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(contentDir, join(entry.parentPath, entry.name)))
    .sort()
}

/** name -> digest of what was copied the last time; a damaged record only means that nothing is known to be unedited. */
function readRecord(file: string): Record<string, string> {
  if (!existsSync(file)) return {}
  try {
    const record: unknown = JSON.parse(readText(file))
    return record !== null && typeof record === 'object' ? (record as Record<string, string>) : {}
  } catch {
    return {}
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
