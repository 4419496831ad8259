/** A track's folder, read and checked: track.yaml, expect/, the steps. */
import { join } from 'node:path'
import { unknownTrack } from '../errors/catalog/content.ts'
import type { Location } from '../errors/workshop-error.ts'
import { type ContentIssue, sortIssues } from './issue.ts'
import { listTracks, readText, shown, yamlFiles } from './load-files.ts'
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

/** The manifests a track's steps name, with the place where they do. */
export function manifestsOf(track: Track): { manifest: string; at: Location }[] {
  return track.steps.flatMap((step) =>
    step.stages.flatMap((stage) => [
      ...stage.actions.flatMap((action) =>
        'manifest' in action ? [{ manifest: action.manifest, at: action.at }] : [],
      ),
      ...(stage.write ? [{ manifest: stage.write.skeleton, at: { file: step.file, line: 1, column: 1 } }] : []),
    ]),
  )
}
