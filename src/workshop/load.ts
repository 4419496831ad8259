/** The door to the content for the rest of the program. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { contentInvalid } from '../errors/catalog/content.ts'
import { sortIssues } from './issue.ts'
import { readCompiled } from './load-compiled.ts'
import { manifestPath } from './load-files.ts'
import { readManifest } from './load-manifest.ts'
import { manifestsOf, readTrack } from './load-track.ts'
import type { Track } from './step.ts'

export { listTracks, packagedContentDir } from './load-files.ts'
export { loadManifest } from './load-manifest.ts'

/**
 * Throws UNKNOWN_TRACK, or one STEP_INVALID with every mistake in it, those of the manifests it applies included: a run
 * should not find out in the middle.
 */
export function loadTrack(contentDir: string, id: string): Track {
  const compiled = readCompiled(contentDir, id)
  if (compiled) return { ...compiled, manifestsDir: join(contentDir, 'manifests') }
  const { track, issues } = readTrack(contentDir, id)
  if (!track) throw contentInvalid(issues)
  const manifests = manifestsOf(track).filter(({ manifest }) => existsSync(manifestPath(contentDir, manifest)))
  const names = new Set(manifests.map(({ manifest }) => manifest))
  const all = [...issues, ...[...names].flatMap((name) => readManifest(manifestPath(contentDir, name)).issues)]
  if (all.length > 0) throw contentInvalid(sortIssues(all))
  return track
}
