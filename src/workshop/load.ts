/** The only file that knows the folders of the content: steps/<track>/*.yaml, steps/<track>/expect/*.yaml, manifests/. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  contentInvalid,
  contentMissing,
  contentUnreadable,
  homeNotWritable,
  unknownTrack,
} from '../errors/catalog/content.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import { type ContentIssue, sortIssues } from './issue.ts'
import { type Manifest, type ManifestObject, parseManifest } from './manifest.ts'
import { parseContent } from './parse.ts'
import { stepSchema } from './schema.ts'
import { expectSchema, trackSchema } from './schema-track.ts'
import type { Step, Track } from './step.ts'
import type { ExpectedSets } from './to-proof.ts'
import { toStep } from './to-step.ts'
import { toOpenPairs, toTopology } from './to-track.ts'

const stepFile = /^(\d{2})-([a-z0-9-]+)\.ya?ml$/

/** What a track's folder gives: the track when it is sound, and every issue found. */
export interface LoadedTrack {
  track: Track | null
  issues: ContentIssue[]
  /** Names of the sets in expect/, whether used or not. */
  sets: ExpectedSets
  setFiles: ReadonlyMap<string, string>
}

/** Our own content: the nearest folder above this file (or the bundle) with steps and manifests. */
export function packagedContentDir(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'steps')) && existsSync(join(dir, 'manifests'))) return dir
    if (dirname(dir) === dir) throw contentMissing(from)
  }
}

/** Ids of the tracks in a content folder: the folders under steps/ with a track.yaml. */
export function listTracks(contentDir: string): string[] {
  const steps = join(contentDir, 'steps')
  if (!existsSync(steps) || !existsSync(join(contentDir, 'manifests'))) throw contentMissing(contentDir)
  return readdirSync(steps, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(steps, entry.name, 'track.yaml')))
    .map((entry) => entry.name)
    .sort()
}

/** Throws UNKNOWN_TRACK, or one STEP_INVALID with every mistake in it. */
export function loadTrack(contentDir: string, id: string): Track {
  const { track, issues } = readTrack(contentDir, id)
  if (!track || issues.length > 0) throw contentInvalid(issues)
  return track
}

export function readTrack(contentDir: string, id: string): LoadedTrack {
  const known = listTracks(contentDir)
  if (!known.includes(id)) throw unknownTrack(id, known)
  const dir = join(contentDir, 'steps', id)
  const issues: ContentIssue[] = []

  const trackFile = join(dir, 'track.yaml')
  const head = parseContent(readText(trackFile), shown(trackFile), trackSchema)
  if (!head.ok) return { track: null, issues: head.issues, sets: new Map(), setFiles: new Map() }
  const topology = toTopology(head.value)

  const sets = new Map<string, { from: string; to: string }[]>()
  const setFiles = new Map<string, string>()
  for (const name of yamlFiles(join(dir, 'expect'))) {
    const file = join(dir, 'expect', name)
    const parsed = parseContent(readText(file), shown(file), expectSchema)
    const set = name.replace(/\.ya?ml$/, '')
    setFiles.set(set, shown(file))
    if (!parsed.ok) {
      issues.push(...parsed.issues)
      continue
    }
    const { pairs, issues: found } = toOpenPairs(parsed.value, topology, parsed.source)
    sets.set(set, pairs)
    issues.push(...found)
  }

  const steps: Step[] = []
  for (const name of yamlFiles(dir).filter((file) => file !== 'track.yaml')) {
    const file = join(dir, name)
    const match = stepFile.exec(name)
    if (!match) {
      issues.push({
        location: { file: shown(file), line: 1, column: 1 },
        message: 'a step is called NN-name.yaml',
        allowed: '00-deploy.yaml',
      })
      continue
    }
    const parsed = parseContent(readText(file), shown(file), stepSchema)
    if (!parsed.ok) issues.push(...parsed.issues)
    else
      steps.push(
        toStep(parsed.value, parsed.source, {
          track: id,
          number: Number(match[1]),
          id: match[2]!,
          file: shown(file),
          sets,
        }),
      )
  }
  if (steps.length === 0 && issues.length === 0) {
    issues.push({ location: { file: shown(trackFile), line: 1, column: 1 }, message: 'the track has no step' })
  }
  const { title, summary, requires } = head.value
  const track: Track = {
    id,
    title,
    summary,
    steps,
    manifestsDir: join(contentDir, 'manifests'),
    topology,
    ...(requires ? { requires } : {}),
  }
  return { track, issues: sortIssues(issues), sets, setFiles }
}

/** One manifest; its issues are in the result. */
export function readManifest(path: string): Manifest {
  return parseManifest(readText(path), shown(path))
}

/** The objects of a manifest, in order. Throws STEP_INVALID with file and line. */
export function loadManifest(path: string): ManifestObject[] {
  const manifest = readManifest(path)
  if (manifest.issues.length > 0) throw contentInvalid(manifest.issues)
  return manifest.objects.map(({ object }) => object)
}

export function manifestPath(contentDir: string, name: string): string {
  return join(contentDir, 'manifests', name)
}

/** Every manifest of a content folder, relative to manifests/. */
export function listManifests(contentDir: string): string[] {
  const root = join(contentDir, 'manifests')
  const walk = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? walk(join(dir, entry.name))
        : /\.ya?ml$/.test(entry.name)
          ? [relative(root, join(dir, entry.name)).replaceAll('\\', '/')]
          : [],
    )
  return walk(root).sort()
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'permission denied',
      EISDIR: 'it is a folder',
    }
    throw contentUnreadable(file, reasons[code ?? ''] ?? String(code), cause)
  }
}

function yamlFiles(dir: string): string[] {
  return existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
        .map((entry) => basename(entry.name))
        .sort()
    : []
}

/** Paths in messages: relative to where the person stands when that is shorter. */
function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') || near === '' ? file : near
}

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
