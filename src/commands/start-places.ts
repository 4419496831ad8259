/** What the start screen offers: the sandbox and the contexts, each with what doctor says and where one goes on there. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckReport } from '../cluster/checks.ts'
import { listContexts } from '../cluster/kubeconfig.ts'
import type { ClusterPort } from '../cluster/port.ts'
import { clusterId } from '../engine/cluster-id.ts'
import { recordKey, recordRef } from '../engine/reset/state-namespace.ts'
import type { PlaceChoice } from '../ui/world.ts'
import { openProgress } from '../workshop/progress.ts'
import type { Track } from '../workshop/step.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import { openTrack, type WorkOptions } from './work.ts'

export type Tracks = readonly Pick<Track, 'id' | 'steps' | 'requires'>[]

export function sandboxPlace(options: WorkOptions): PlaceChoice {
  return {
    id: 'sandbox',
    title: 'The sandbox',
    detail: `a Kubernetes with Calico ${options.calico} on this machine, made for the workshop; nothing else is touched`,
    ready: true,
  }
}

/** How long a cluster may take to say what it is, and then to be looked at, before the list goes on without it. */
const patienceMs = 4_000
const doctorMs = 12_000
const mostContexts = 12

/** Each place as soon as something is known of it, and again when more is. */
export async function findPlaces(
  options: WorkOptions,
  context: CommandContext,
  tracks: Tracks,
  found: (place: PlaceChoice) => void,
): Promise<void> {
  await Promise.all([
    sandboxResume(options, context, tracks).then((resume) => {
      if (resume.length > 0) found({ ...sandboxPlace(options), resume })
    }),
    ...contextsOf(options, context).map((entry) => findCluster(entry, options, context, tracks, found)),
  ])
}

/** Without a kubeconfig: none. */
function contextsOf(options: WorkOptions, { io }: CommandContext): ReturnType<typeof listContexts> {
  try {
    return listContexts({ ...(options.kubeconfig ? { kubeconfig: options.kubeconfig } : {}), env: io.env }).slice(
      0,
      mostContexts,
    )
  } catch {
    return []
  }
}

async function findCluster(
  { name, server }: { name: string; server: string },
  options: WorkOptions,
  context: CommandContext,
  tracks: Tracks,
  found: (place: PlaceChoice) => void,
): Promise<void> {
  const place = { id: `context:${name}`, title: name }
  found({ ...place, detail: `${server}: looking …`, ready: null })
  const { connectCluster } = await import('../cluster/connect.ts')
  try {
    const cluster = await connectCluster({
      context: name,
      ...(options.kubeconfig ? { kubeconfig: options.kubeconfig } : {}),
      via: 'api',
      isSandbox: false,
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]),
    })
    try {
      const { features, serverVersion } = await cluster.surface()
      const calico = features.tiers
        ? `Calico${features.calicoVersion ? ` ${features.calicoVersion}` : ''} with tiers`
        : features.calicoApi
          ? 'Calico without tiers'
          : 'no Calico API'
      const track = tracks.find(({ requires }) => !requires || features[requires.feature])
      const what = `Kubernetes ${serverVersion}, ${calico}${track && track !== tracks[0] ? `: track ${track.id}` : ''}`
      const resume = await clusterResume(cluster, options, context, tracks)
      const known = { ...place, ...(resume.length > 0 ? { resume } : {}) }
      found({ ...known, detail: what, ready: null })
      const reports = track ? await examine(cluster, { ...options, track: track.id }, context) : null
      const { text, ready } = doctorLine(reports)
      found({ ...known, detail: `${what}. ${text}`, ready })
    } finally {
      await cluster.close()
    }
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    found({ ...place, detail: `${server}: ${message}`, ready: false })
  }
}

/** null: it took too long. */
async function examine(
  cluster: ClusterPort,
  options: WorkOptions,
  context: CommandContext,
): Promise<CheckReport[] | null> {
  const [{ runChecks }, { findKubectl }, { checksOf }] = await Promise.all([
    import('../cluster/checks.ts'),
    import('../cluster/find-kubectl.ts'),
    import('./doctor-checks.ts'),
  ])
  const limit = AbortSignal.any([context.signal, AbortSignal.timeout(doctorMs)])
  const checks = checksOf(await openTrack(options, context), options, context)
  const tooLong = new Promise<null>((resolve) => {
    if (limit.aborted) resolve(null)
    limit.addEventListener('abort', () => resolve(null), { once: true })
  })
  const running = runChecks({
    ...checks,
    signal: limit,
    cluster,
    kubectl: await findKubectl({}),
  })
  return await Promise.race([running.catch(() => null), tooLong])
}

/** All of doctor in one line: ready, or the first thing that is in the way. */
function doctorLine(reports: readonly CheckReport[] | null): { text: string; ready: boolean | null } {
  if (!reports) return { text: 'doctor took too long; hipster-workshop doctor says more', ready: null }
  const failed = reports.filter(({ status }) => status === 'fail')
  const warned = reports.filter(({ status }) => status === 'warn')
  const [first] = failed.length > 0 ? failed : warned
  if (!first) return { text: 'Ready', ready: true }
  const others = (failed.length > 0 ? failed : warned).length - 1
  const more = others > 0 ? ` (and ${others} more: doctor)` : ''
  const what = `${first.title}: ${first.reason}${more}`
  return failed.length > 0 ? { text: `Not ready: ${what}`, ready: false } : { text: `Ready, but ${what}`, ready: true }
}

type Resume = NonNullable<PlaceChoice['resume']>

async function clusterResume(
  cluster: ClusterPort,
  options: WorkOptions,
  context: CommandContext,
  tracks: Tracks,
): Promise<Resume> {
  // Without the record in the cluster it was reset since, and what is remembered here is about a state that is gone.
  const record = await cluster.get(recordRef).catch(() => null)
  const begun = tracks.filter((track) => record?.data?.[recordKey(track)] !== undefined)
  return await resumeOf(begun, await clusterId(cluster), options, context)
}

/** Without starting it: the uid its kube-system has is in what it keeps on disk. */
async function sandboxResume(options: WorkOptions, context: CommandContext, tracks: Tracks): Promise<Resume> {
  const home = homeFolder(options.home, context.io.env)
  const folder = join(home, `sandbox-${options.calico}`)
  try {
    const kept = await Promise.all(
      ['state.json', 'journal.ndjson'].map((file) => readFile(join(folder, file), 'utf8').catch(() => '')),
    )
    const uid = (await readdir(join(home, 'progress'))).find((name) => kept.some((text) => text.includes(name)))
    return uid ? await resumeOf(tracks, uid, options, context) : []
  } catch {
    return []
  }
}

async function resumeOf(tracks: Tracks, uid: string, options: WorkOptions, context: CommandContext): Promise<Resume> {
  const home = homeFolder(options.home, context.io.env)
  const resume: { track: string; step: number | null }[] = []
  for (const { id, steps } of tracks) {
    const last = (await openProgress(home, uid, id).passed()).at(-1)
    if (last === undefined) continue
    resume.push({ track: id, step: steps.find(({ number }) => number > last)?.number ?? null })
  }
  return resume
}
