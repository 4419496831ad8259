import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { clusterId } from '../engine/cluster-id.ts'
import { defaultOptions, type EngineDeps } from '../engine/deps.ts'
import { createMemory, type Work } from '../engine/scope.ts'
import { loadWritten, withWriting } from '../engine/write-yourself.ts'
import { copyContent } from '../workshop/load-copy.ts'
import { packagedContentDir } from '../workshop/load-files.ts'
import { openTrack as loadContent } from '../workshop/open-track.ts'
import { openProgress } from '../workshop/progress.ts'
import type { Track } from '../workshop/step.ts'
import type { CommandContext } from './context.ts'
import { createEngineFiles } from './engine-files.ts'
import { homeFolder } from './home.ts'
import type { PlaceOptions } from './options.ts'
import { openPlace, type Place, type Purpose, runnerIdentity, workshopFolder } from './place.ts'

export interface WorkOptions extends PlaceOptions {
  track: string
  ephemeral?: boolean
}

/** A track and a connected cluster, put together for the engine. */
export interface OpenWork {
  work: Work
  place: Place
  track: Track
  uid: string
  close(): Promise<void>
}

/** The track as content only: nothing is opened yet. Mistakes in it stop here, before any cluster is touched. */
export async function openTrack(
  options: Pick<WorkOptions, 'content' | 'track' | 'home'>,
  context: CommandContext,
): Promise<Track> {
  const workshop = workshopFolder(homeFolder(options.home, context.io.env))
  const content = resolve(options.content ?? packagedContentDir())
  const track = await loadContent(content, options.track)
  copyContent(content, workshop)
  return { ...track, manifestsDir: join(workshop, 'manifests') }
}

export async function openWork(options: WorkOptions, context: CommandContext, purpose: Purpose): Promise<OpenWork> {
  const track = await openTrack(options, context)
  const place = await openPlace(options, context, purpose)
  try {
    const uid = await clusterId(place.cluster)
    const deps = await createDeps(options, place, uid)
    const written = await loadWritten(deps, track)
    const shown = withWriting(track, written)
    const work: Work = { deps, track: shown, memory: { ...createMemory(), written }, signal: context.signal }
    return { work, place, track: shown, uid, close: () => place.close() }
  } catch (error) {
    await place.close()
    throw error
  }
}

async function createDeps(options: WorkOptions, place: Place, uid: string): Promise<EngineDeps> {
  const { cluster, home } = place
  return {
    cluster,
    clock: { now: () => new Date(), monotonic: () => performance.now() },
    sleep,
    files: createEngineFiles(home, workshopFolder(home)),
    progress: openProgress(home, uid, options.track),
    self: runnerIdentity(),
    options: {
      ...defaultOptions,
      // Simulated time governs the sandbox: nobody waits long for a policy that takes effect at once.
      ...(place.sandbox ? { pollMs: Math.max(1, defaultOptions.pollMs * Math.min(1, options.timeScale)) } : {}),
      ...(options.deadline === undefined ? {} : { deadlineMs: options.deadline * 1000 }),
      ...(options.probeImage ? { probeImage: options.probeImage } : {}),
      allowProbeContainers: options.ephemeral !== false,
    },
  }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  }
}
