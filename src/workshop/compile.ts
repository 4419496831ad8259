import { type Compiled, contentDigest } from './load-compiled.ts'
import { listTracks } from './load-files.ts'
import { readTrack } from './load-track.ts'

/** What the build writes to dist/tracks.json. Tracks with mistakes are left out, so that loading them says what is wrong. */
export function compileContent(contentDir: string): string {
  const sound = listTracks(contentDir).flatMap((id) => {
    const { track, issues } = readTrack(contentDir, id)
    return track && issues.length === 0 ? [[id, { ...track, manifestsDir: '' }] as const] : []
  })
  const compiled: Compiled = { v: 1, digest: contentDigest(contentDir), tracks: Object.fromEntries(sound) }
  return JSON.stringify(compiled, (key, value) => (key === 'excerpt' ? undefined : value))
}
