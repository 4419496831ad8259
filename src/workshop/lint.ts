/**
 * Checks content beyond its schema: do the names it uses exist, are the manifests it applies there and sound. Reads
 * through `load-files.ts`; which policies Calico would accept is asked of `validate`, passed in by the caller.
 */
import type { Location } from '../errors/workshop-error.ts'
import { type ContentIssue, sortIssues } from './issue.ts'
import { manifestIssues, type ValidateObject } from './lint-manifest.ts'
import { lintStep } from './lint-step.ts'
import { listManifests, listTracks, manifestPath } from './load-files.ts'
import { readManifest } from './load-manifest.ts'
import { type LoadedTrack, manifestsOf, readTrack } from './load-track.ts'
import type { Track } from './step.ts'

export interface LintResult {
  issues: ContentIssue[]
  tracks: { id: string; steps: number }[]
  manifests: number
}

export function lintContent(contentDir: string, validate: ValidateObject = () => []): LintResult {
  const issues: ContentIssue[] = []
  const tracks: LintResult['tracks'] = []
  const used = new Set<string>()
  const labels = new Map<string, string>()
  let sound = true
  for (const id of listTracks(contentDir)) {
    const loaded = readTrack(contentDir, id)
    issues.push(...loaded.issues)
    if (!loaded.track) {
      sound = false
      continue
    }
    tracks.push({ id, steps: loaded.track.steps.length })
    issues.push(...loaded.track.steps.flatMap((step) => lintStep(step, loaded.track!.topology, loaded.sets)))
    // A step that cannot be read uses nothing: what it leaves unused is no mistake of its own.
    if (loaded.issues.length === 0) issues.push(...numbersOf(loaded.track), ...unusedSets(loaded))
    else sound = false
    for (const { manifest, at } of manifestsOf(loaded.track)) {
      used.add(manifest)
      labels.set(`${manifest.split('/')[0]}`, loaded.track.topology.objectLabel)
      if (!manifestExists(contentDir, manifest)) {
        issues.push({
          location: at,
          message: `the manifest ${manifest} does not exist`,
          allowed: listManifests(contentDir).join(', '),
        })
      }
    }
  }
  const manifests = listManifests(contentDir)
  for (const name of manifests) {
    const label =
      name.includes('/') && tracks.some((track) => track.id === name.split('/')[0])
        ? labels.get(name.split('/')[0]!)
        : undefined
    const manifest = readManifest(manifestPath(contentDir, name))
    issues.push(...manifestIssues(manifest, label, validate))
    if (sound && !used.has(name)) {
      issues.push({
        location: { file: manifest.file, line: 1, column: 1 },
        message: `no step uses the manifest ${name}`,
      })
    }
  }
  return { issues: sortIssues(issues), tracks, manifests: manifests.length }
}

function manifestExists(contentDir: string, name: string): boolean {
  return listManifests(contentDir).includes(name)
}

/** Steps are numbered 0, 1, 2 ... and stage ids do not repeat. */
function numbersOf(track: Track): ContentIssue[] {
  const issues: ContentIssue[] = []
  const seen = new Set<string>()
  track.steps.forEach((step, index) => {
    const at: Location = { file: step.file, line: 1, column: 1 }
    if (step.number !== index)
      issues.push({
        location: at,
        message: `step ${step.number} stands where step ${index} should be: numbers start at 00 and leave none out`,
      })
    for (const stage of step.stages) {
      if (seen.has(stage.id))
        issues.push({ location: at, message: `the stage id ${stage.id} is used twice in the track` })
      seen.add(stage.id)
    }
  })
  return issues
}

function unusedSets({ track, sets, setFiles }: LoadedTrack): ContentIssue[] {
  const used = new Set(
    track!.steps.flatMap((step) =>
      step.stages.flatMap((stage) => stage.proofs.flatMap((proof) => (proof.kind === 'matrix' ? [proof.set] : []))),
    ),
  )
  return [...sets.keys()]
    .filter((set) => !used.has(set))
    .map((set) => ({
      location: { file: setFiles.get(set)!, line: 1, column: 1 },
      message: `no step uses the expected set ${set}`,
    }))
}
