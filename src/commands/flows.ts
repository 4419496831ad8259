import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { flowsView } from '../policy/flows.ts'
import { flowsText } from '../report/flows-text.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import { loadMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { writeJson } from './report.ts'
import type { WorkOptions } from './work.ts'
import { openWorld } from './world.ts'
import { terminalColumns, writeText } from './write-text.ts'

/** `flows`: who talks to whom, as the workloads say, as policy allows, as the last probes saw. */
export async function flows(
  options: WorkOptions & OutputOptions & { filename: string[] },
  context: CommandContext,
): Promise<ExitCode> {
  const { world, notes, uid } = await openWorld(options, context)
  const measured =
    uid === null ? new Map<string, string>() : await loadMeasured(homeFolder(options.home, context.io.env), uid)
  const view = flowsView(world, {
    undeclared: true,
    seen: (source, target) => measured.get(`${source} ${target}`) ?? null,
  })
  const all = { rows: view.rows, notes: [...notes, ...view.notes] }
  if (options.output === 'json') writeJson(context, { v: 1, ...all })
  else writeText(context, flowsText(all, terminalColumns(context)))
  return exitCodes.done
}
