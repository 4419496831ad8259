/** The files, beside manifests/ in the working folder, that lines which put something back name. */
import type { KubeObject } from '../../cluster/port.ts'

interface RestoreLine {
  verb: readonly string[]
  file: string
  content: KubeObject
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * kubectl replace and create write down what they were given as what was last applied, where that note is kept; a second
 * line puts the note back as it was.
 */
export function restoreLines(object: KubeObject, isThere: boolean): RestoreLine[] {
  const { kind, metadata } = object
  const plain = [kind.toLowerCase(), metadata.namespace, metadata.name]
    .filter(Boolean)
    .join('-')
    .replaceAll(/[^A-Za-z0-9.-]/g, '_')
  const first = { verb: [isThere ? 'replace' : 'create'], file: `../restore/${plain}.yaml`, content: object }
  const applied = readApplied(metadata.annotations?.[lastApplied])
  if (!applied) return [first]
  return [first, { verb: ['apply', 'set-last-applied'], file: `../restore/${plain}.applied.yaml`, content: applied }]
}

function readApplied(text: string | undefined): KubeObject | null {
  if (text === undefined) return null
  try {
    return JSON.parse(text) as KubeObject
  } catch {
    return null
  }
}
