/**
 * Tracks in the form the program uses, made at build time: reading the YAML anew costs more than everything else before
 * the first frame. Valid only for exactly the files it was made from; anything else is parsed. This file pulls in neither
 * the YAML parser nor the schema.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Track } from './step.ts'

export interface Compiled {
  v: 1
  digest: string
  tracks: Record<string, Track>
  /** Digest of a manifest's text -> its objects. */
  manifests: Record<string, unknown[]>
}

const compiledFile = (contentDir: string) => join(contentDir, 'dist', 'tracks.json')

/** null when there is none for these very files. */
export function readCompiled(contentDir: string, id: string): Track | null {
  const file = compiledFile(contentDir)
  if (!existsSync(file)) return null
  try {
    const compiled = JSON.parse(readFileSync(file, 'utf8')) as Compiled
    const track = compiled.v === 1 && Object.hasOwn(compiled.tracks, id) ? compiled.tracks[id]! : null
    return track && compiled.digest === contentDigest(contentDir) ? track : null
  } catch {
    // A damaged file is as good as none: the steps are still there.
    return null
  }
}

/** The objects of manifests by the digest of their text: whoever has the very text need not parse it. */
export function readCompiledManifests(contentDir: string): ReadonlyMap<string, readonly unknown[]> {
  try {
    const compiled = JSON.parse(readFileSync(compiledFile(contentDir), 'utf8')) as Partial<Compiled>
    return new Map(compiled.v === 1 ? Object.entries(compiled.manifests ?? {}) : [])
  } catch {
    return new Map()
  }
}

export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Of every file of steps and manifests, names included. */
export function contentDigest(contentDir: string): string {
  const hash = createHash('sha256')
  for (const folder of ['steps', 'manifests']) {
    const files = readdirSync(join(contentDir, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => relative(contentDir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort()
    for (const name of files)
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(contentDir, name)))
        .update('\0')
  }
  return hash.digest('hex')
}
