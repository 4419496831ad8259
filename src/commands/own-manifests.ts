/** Manifests the learner keeps in the working folder, beside steps/ and manifests/. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../cluster/port.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import { loadManifest } from '../workshop/load-manifest.ts'

const namespaced = new Set(['NetworkPolicy', 'StagedNetworkPolicy', 'StagedKubernetesNetworkPolicy', 'NetworkSet'])

/** As kubectl applies it: what names no namespace goes to `default`. */
export function loadOwnManifest(path: string): readonly KubeObject[] {
  return (loadManifest(path) as readonly KubeObject[]).map((object) =>
    namespaced.has(object.kind) && object.metadata.namespace === undefined
      ? { ...object, metadata: { ...object.metadata, namespace: 'default' } }
      : object,
  )
}

/** Those that can be read; a file half written names nothing yet. */
export function ownManifests(workshop: string): { file: string; objects: readonly KubeObject[] }[] {
  return filesOf(workshop).flatMap((file) => {
    try {
      return [{ file, objects: loadOwnManifest(join(workshop, file)) }]
    } catch (error) {
      if (error instanceof WorkshopError) return []
      throw error
    }
  })
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
