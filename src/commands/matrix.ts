import { proveMatrix } from '../engine/measure-matrix.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { differentRows, matrixView } from '../policy/matrix.ts'
import type { MatrixRow } from '../policy/views.types.ts'
import { createWorld } from '../policy/world.ts'
import { differencesText, matrixCsv, matrixText } from '../report/matrix-text.ts'
import type { CommandContext } from './context.ts'
import { type Measured, noteMeasured, saveMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWork, type WorkOptions } from './work.ts'
import { openWorld } from './world.ts'
import { readWorldFiles } from './world-files.ts'
import { terminalColumns, writeText } from './write-text.ts'

type Options = WorkOptions &
  OutputOptions & { filename: string[]; probe?: boolean; onlyDifferences?: string; csv?: boolean }

/** `matrix`: every source to every service, predicted; with `--probe` measured too. Exit 3 when the two differ. */
export async function matrix(options: Options, context: CommandContext): Promise<ExitCode> {
  if (options.probe && options.filename.length > 0)
    throw usageError('--probe measures a cluster, and -f is none.', 'Leave one of them out.')
  const input = await openWorld(options, context)
  const measured = options.probe ? await measure(options, context) : null
  const view = matrixView(
    input.world,
    measured ? { measured: (source, target) => measured.get(`${source} ${target}`) ?? null } : {},
  )
  const notes = [...input.notes, ...view.notes]
  if (options.onlyDifferences) {
    const base = await readWorldFiles([options.onlyDifferences], context)
    const pairs = differentRows(view, matrixView(createWorld(base.objects)))
    if (options.output === 'json') writeJson(context, { v: 1, differences: pairs, notes: [...base.notes, ...notes] })
    else writeText(context, differencesText(pairs, [...base.notes, ...notes]))
    return exitCodes.done
  }
  if (options.output === 'json') writeJson(context, { v: 1, rows: view.rows, notes })
  else if (options.csv) context.io.stdout.write(escapeControl(matrixCsv(view.rows), { multiline: true }))
  else writeText(context, matrixText({ ...view, notes }, terminalColumns(context)))
  return view.rows.some(differs) ? exitCodes.unmet : exitCodes.done
}

function differs({ predicted, measured }: MatrixRow): boolean {
  if (measured === null) return false
  return predicted === 'open' ? measured !== 'open' : predicted === 'blocked' ? measured !== 'timed-out' : false
}

/** Real connections between the track's ends; what is probed is what the engine predicts, so a mismatch is tried again first. */
async function measure(options: Options, context: CommandContext): Promise<Measured> {
  const opened = await openWork(options, context, 'read')
  try {
    const seen: Measured = new Map()
    const events = noteMeasured(proveMatrix(opened.work), seen)
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.type === 'notice') context.io.stderr.write(`note: ${escapeControl(next.value.text)}\n`)
    }
    if (context.signal.aborted) throw context.signal.reason
    await saveMeasured(opened.place.home, opened.uid, seen)
    return seen
  } finally {
    await opened.close()
  }
}
