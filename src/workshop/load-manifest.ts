import { manifestInvalid } from '../errors/catalog/content.ts'
import { readText, shown } from './load-files.ts'
import { type Manifest, type ManifestObject, parseManifest } from './manifest.ts'

/** One manifest; its issues are in the result. */
export function readManifest(path: string): Manifest {
  return parseManifest(readText(path), shown(path))
}

/** The objects of a manifest, in order. Throws STEP_INVALID with file and line. */
export function loadManifest(path: string): ManifestObject[] {
  const manifest = readManifest(path)
  if (manifest.issues.length > 0) throw manifestInvalid(manifest.issues)
  return manifest.objects.map(({ object }) => object)
}
