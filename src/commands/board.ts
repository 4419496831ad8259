import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { boardView } from '../policy/board.ts'
import { boardText } from '../report/board-text.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWorld } from './world.ts'
import { writeText } from './write-text.ts'

/** `board`: tiers in evaluation order, policies in theirs. */
export async function board(
  options: PlaceOptions & OutputOptions & { filename: string[] },
  context: CommandContext,
): Promise<ExitCode> {
  const { world, notes } = await openWorld(options, context)
  const view = boardView(world)
  const all = { ...view, notes: [...notes, ...view.notes] }
  if (options.output === 'json') writeJson(context, { v: 1, ...all })
  else writeText(context, boardText(all))
  return exitCodes.done
}
