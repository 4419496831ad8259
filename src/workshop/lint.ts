/**
 * Checks content beyond its schema: do the names it uses exist, are the manifests it applies there and sound. Reads
 * through `load.ts`; which policies Calico would accept is asked of `validate`, passed in by the caller.
 */
import type { Location } from '../errors/workshop-error.ts'
import { type ContentIssue, sortIssues } from './issue.ts'
import { lintStep } from './lint-step.ts'
import { type LoadedTrack, listManifests, listTracks, manifestPath, readManifest, readTrack } from './load.ts'
import type { ManifestObject } from './manifest.ts'
import type { Track } from './step.ts'

/** Sentences about what the API would reject in this object; the path leads to the field. */
export type ValidateObject = (
  object: ManifestObject,
) => readonly { path?: readonly (string | number)[]; message: string }[]

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
  for (const id of listTracks(contentDir)) {
    const loaded = readTrack(contentDir, id)
    issues.push(...loaded.issues)
    if (!loaded.track) continue
    tracks.push({ id, steps: loaded.track.steps.length })
    issues.push(...loaded.track.steps.flatMap((step) => lintStep(step, loaded.track!.topology, loaded.sets)))
    issues.push(...numbersOf(loaded.track), ...unusedSets(loaded))
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
    issues.push(...lintManifest(contentDir, name, label, validate))
    if (!used.has(name)) {
      issues.push({
        location: { file: readManifest(manifestPath(contentDir, name)).file, line: 1, column: 1 },
        message: `no step uses the manifest ${name}`,
      })
    }
  }
  return { issues: sortIssues(issues), tracks, manifests: manifests.length }
}

/** One manifest: syntax, what the API would reject, and the label of its track. */
function lintManifest(
  contentDir: string,
  name: string,
  label: string | undefined,
  validate: ValidateObject,
): ContentIssue[] {
  const manifest = readManifest(manifestPath(contentDir, name))
  const issues = [...manifest.issues]
  for (const { object, at, locate } of manifest.objects) {
    const [key, value] = label?.split('=') ?? []
    if (key !== undefined && object.metadata.labels?.[key] !== value) {
      issues.push({
        location: locate(['metadata', 'labels']),
        message: `${object.kind} ${object.metadata.name} does not carry the track's label`,
        allowed: `${key}: ${value}`,
      })
    }
    for (const { path, message } of validate(object)) issues.push({ location: path ? locate(path) : at, message })
  }
  return issues
}

function manifestsOf(track: Track): { manifest: string; at: Location }[] {
  return track.steps.flatMap((step) =>
    step.stages.flatMap((stage) => [
      ...stage.actions.flatMap((action) =>
        'manifest' in action ? [{ manifest: action.manifest, at: action.at }] : [],
      ),
      ...(stage.write ? [{ manifest: stage.write.skeleton, at: { file: step.file, line: 1, column: 1 } }] : []),
    ]),
  )
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
