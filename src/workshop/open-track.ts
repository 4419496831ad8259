import { join } from 'node:path'
import { readCompiled } from './load-compiled.ts'
import type { Track } from './step.ts'

/** `loadTrack` for whoever wants to show something soon: the YAML parser and the schema are loaded only when they are needed. */
export async function openTrack(contentDir: string, id: string): Promise<Track> {
  const compiled = readCompiled(contentDir, id)
  if (compiled) return { ...compiled, manifestsDir: join(contentDir, 'manifests') }
  const { loadTrack } = await import('./load.ts')
  return loadTrack(contentDir, id)
}
