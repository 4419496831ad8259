import { type Compiled, contentDigest, textDigest } from './load-compiled.ts'
import { listManifests, listTracks, manifestPath, readText } from './load-files.ts'
import { readManifest } from './load-manifest.ts'
import { readTrack } from './load-track.ts'

/** What the build writes to dist/tracks.json. Tracks with mistakes are left out, so that loading them says what is wrong. */
export function compileContent(contentDir: string): string {
  const sound = listTracks(contentDir).flatMap((id) => {
    const { track, issues } = readTrack(contentDir, id)
    return track && issues.length === 0 ? [[id, { ...track, manifestsDir: '' }] as const] : []
  })
  const manifests = listManifests(contentDir).flatMap((name) => {
    const path = manifestPath(contentDir, name)
    const { objects, issues } = readManifest(path)
    return issues.length > 0 ? [] : [[textDigest(readText(path)), objects.map(({ object }) => object)] as const]
  })
  const compiled: Compiled = {
    v: 1,
    digest: contentDigest(contentDir),
    tracks: Object.fromEntries(sound),
    manifests: Object.fromEntries(manifests),
  }
  return JSON.stringify(compiled, (key, value) => (key === 'excerpt' ? undefined : value))
}
