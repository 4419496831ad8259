import type { CheckContext } from '../cluster/checks.ts'
import { defaultOptions } from '../engine/deps.ts'
import { expectedAfter, trackKinds } from '../engine/expected-state.ts'
import { stateNamespace } from '../engine/reset/state-namespace.ts'
import { trackOperations } from '../engine/track-operations.ts'
import type { Track } from '../workshop/step.ts'
import type { CommandContext } from './context.ts'
import { createEngineFiles } from './engine-files.ts'
import { homeFolder } from './home.ts'
import { workshopFolder } from './place.ts'
import type { WorkOptions } from './work.ts'

/** What doctor has to know of a track to say whether a cluster is ready for it. */
export function checksOf(
  track: Track,
  options: WorkOptions,
  { io, signal }: CommandContext,
): Omit<CheckContext, 'cluster' | 'connectError' | 'kubectl'> & { tiers: string[]; namespaces: string[] } {
  const home = homeFolder(options.home, io.env)
  const files = createEngineFiles(home, workshopFolder(home))
  const wanted = [...expectedAfter(track, track.steps.at(-1)?.number ?? 0, files, null).objects.values()]
  const own = wanted.map(({ object }) => object.spec?.tier as string | undefined).filter((tier) => tier !== undefined)
  const needsCalico = track.requires !== undefined
  return {
    nodeVersion: process.versions.node,
    namespaces: track.topology.namespaces.map(({ name }) => name),
    tiers: needsCalico ? [...new Set(['default', ...own])] : [],
    needsCalico,
    objectLabel: track.topology.objectLabel,
    probeImage: options.probeImage ?? defaultOptions.probeImage,
    steps: trackOperations(track, files),
    reads: [...trackKinds(track, files), { apiVersion: 'v1', kind: 'Pod' }, { apiVersion: 'v1', kind: 'Namespace' }],
    stateNamespace,
    signal,
  }
}
