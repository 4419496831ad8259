import { setFlagsFromString } from 'node:v8'
import type { ExitCode } from '../errors/exit-codes.ts'
import type { PlaceChoice } from '../ui/world.ts'
import { listTracks, packagedContentDir } from '../workshop/load-files.ts'
import { openTrack } from '../workshop/open-track.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'
import { checkPlaceOptions } from './place.ts'
import { unguarded } from './safe-io.ts'
import type { Tracks } from './start-places.ts'
import type { WorkOptions } from './work.ts'

export interface TuiOptions extends WorkOptions, OutputOptions {
  altScreen?: boolean
  quiz?: boolean
  plain?: boolean
}

/** The workshop on the whole screen; without a terminal on both ends, or with --plain, as lines. */
export async function tui(options: TuiOptions, context: CommandContext): Promise<ExitCode> {
  checkPlaceOptions(options)
  // A dumb terminal (a shell inside an editor) shows lines and takes answers, and cannot be drawn on.
  const plain = options.plain === true || context.io.env.TERM === 'dumb'
  if (!context.io.interactive || plain || options.output === 'json')
    return await asLines({ ...options, plain }, context)
  // The sandbox, its cluster and the screen live in one process for hours: memory counts for more than peak speed.
  setFlagsFromString('--optimize-for-size')
  const screen = import('../ui/start.tsx')
  const content = options.content ?? packagedContentDir()
  const tracks = await Promise.all(listTracks(content).map((id) => openTrack(content, id)))
  const outlines = tracks.map(({ id, title, summary, steps }) => ({
    id,
    title,
    summary,
    steps: steps.map((step) => ({ number: step.number, title: step.title, goal: step.goal })),
  }))
  const { startScreen } = await screen
  const chosen = options.context !== undefined || options.sandbox === true
  const { exitCode, summary, error } = await startScreen({
    tracks: outlines,
    track: outlines.some(({ id }) => id === options.track) ? options.track : outlines[0]!.id,
    ...(chosen ? {} : { places: await startPlaces(options, context, tracks) }),
    async connect(choice, host) {
      const { openSession } = await import('./session.ts')
      return await openSession({ ...options, track: choice.track, ...placeOf(choice.place, options) }, context, host)
    },
    openShell: async (session) => (await import('./shell.ts')).openShell(session, options, context),
    quiz: options.quiz !== false,
    animate: true,
    stdout: unguarded(context.io.stdout) as NodeJS.WriteStream,
    stdin: context.io.stdin,
    env: context.io.env,
    altScreen: options.altScreen !== false,
    signal: context.signal,
  })
  if (error) throw error
  if (summary) context.io.stdout.write(`${summary.trimEnd()}\n`)
  return exitCode
}

/** `null` is what the options say; `sandbox` or a context otherwise. */
function placeOf(place: string | null, options: TuiOptions): Partial<WorkOptions> {
  if (place === null) return {}
  const { context: _context, ...rest } = options
  return place === 'sandbox'
    ? { ...rest, sandbox: true }
    : { ...rest, sandbox: false, context: place.replace(/^context:/, '') }
}

async function startPlaces(options: TuiOptions, context: CommandContext, tracks: Tracks) {
  const { sandboxPlace, findPlaces } = await import('./start-places.ts')
  return {
    known: [sandboxPlace(options)],
    more: (found: (place: PlaceChoice) => void, signal: AbortSignal) =>
      findPlaces(options, { ...context, signal: AbortSignal.any([context.signal, signal]) }, tracks, found),
  }
}

async function asLines(options: TuiOptions, context: CommandContext): Promise<ExitCode> {
  const { run } = await import('./run.ts')
  if (options.plain && context.io.interactive) return await run(options, context)
  // Nobody to ask: the main job on the sandbox, which touches nothing else.
  if (options.context) {
    const { usageError } = await import('../errors/catalog/usage.ts')
    throw usageError(
      'This is not a terminal, so the workshop cannot be shown, and a cluster of yours is not worked on without being asked for.',
      'Use hipster-workshop run --auto --context NAME --confirm-context NAME.',
    )
  }
  context.io.stderr.write('Not a terminal: running the track on the sandbox as plain text (run --auto --sandbox).\n')
  return await run({ ...options, sandbox: true, auto: true }, context)
}
