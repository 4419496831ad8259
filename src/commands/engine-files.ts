import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { KubeObject } from '../cluster/port.ts'
import type { EngineFiles } from '../engine/deps.ts'
import { readCompiledManifests, textDigest } from '../workshop/load-compiled.ts'
import { packagedContentDir, readText } from '../workshop/load-files.ts'
import { loadManifest } from '../workshop/load-manifest.ts'
import { loadJson, removeFile, saveJson, saveText } from './json-file.ts'
import { loadOwnManifest, ownManifests } from './own-manifests.ts'
import { createReread } from './reread.ts'

/**
 * The files the engine asks for. `workshop` is the working folder with steps/ and manifests/; lines shown name manifests relative to it.
 * Documents live in `<home>/clusters/`.
 */
export function createEngineFiles(home: string, workshop: string): EngineFiles {
  const parsed = new Map<string, readonly KubeObject[]>()
  let compiled: ReturnType<typeof readCompiledManifests> | null = null
  const own = createReread(loadOwnManifest)
  const ours = createReread((path) => {
    const text = readText(path)
    const digest = textDigest(text)
    let objects = parsed.get(digest)
    if (!objects) {
      compiled ??= readCompiledManifests(packagedContentDir())
      objects = (compiled.get(digest) ?? loadManifest(path)) as readonly KubeObject[]
      parsed.set(digest, objects)
    }
    return objects
  })
  const document = (key: string) => join(home, 'clusters', `${key.replaceAll(/[^A-Za-z0-9/_-]/g, '_')}.json`)
  const at = (name: string) => {
    // `../NAME`: the learner's own file, beside manifests/.
    const shownPath = name.startsWith('../') ? name.slice(3) : `manifests/${name}`
    return { path: join(workshop, shownPath), shownPath }
  }
  return {
    manifest: at,
    // A learner may edit a file meanwhile, and it is applied as it is.
    objects: (name) => (name.startsWith('../') ? own : ours)(at(name).path),
    async writeManifest(name, objects) {
      const file = at(name)
      await saveText(file.path, objects.map((object) => stringify(object)).join('---\n'))
      return file
    },
    async placeSkeleton(skeleton, file) {
      const target = at(`../${file}`)
      if (!existsSync(target.path)) await saveText(target.path, readText(at(skeleton).path))
      return target
    },
    ownFiles: () => ownManifests(workshop),
    load: (key) => loadJson(document(key)),
    save: (key, value) => saveJson(document(key), value),
    remove: (key) => removeFile(document(key)),
  }
}
