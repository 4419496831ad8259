import { Writable } from 'node:stream'
import { usageError } from '../errors/catalog/usage.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { errorToJson, formatError } from '../errors/format.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Command, CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { writeJson } from './report.ts'

/** As parsed: one name stays a plain string, several are a list. */
type Several<Options> = Omit<Options, 'context' | 'confirmContext'> & {
  context?: string | string[]
  confirmContext?: string | string[]
}

interface Outcome {
  context: string
  code: ExitCode
  lines: unknown[]
  error?: object
}

/**
 * The same command on several clusters, one after the other; what goes wrong on one does not keep the others from their
 * turn. The exit code is the gravest of all.
 */
export function onEachContext<Options extends PlaceOptions & OutputOptions>(
  command: Command<Options>,
): Command<Several<Options>> {
  return async (options, context) => {
    const names = [...new Set([options.context ?? []].flat())]
    const confirmed = [options.confirmContext ?? []].flat()
    const forOne = (name: string | undefined) => {
      const { context: _, confirmContext: __, ...rest } = options
      // A name that was confirmed for another cluster contradicts this one, and says so.
      const answer = confirmed.find((one) => one === name) ?? confirmed[0]
      return {
        ...rest,
        ...(name === undefined ? {} : { context: name }),
        ...(answer === undefined ? {} : { confirmContext: answer }),
      } as unknown as Options
    }
    if (names.length < 2) return command(forOne(names[0]), context)
    if ((options as { watch?: boolean }).watch)
      throw usageError('--watch looks at one cluster, and several are named.', 'Give one --context.')
    const outcomes: Outcome[] = []
    for (const name of names) {
      if (options.output === 'text') context.io.stdout.write(`== ${escapeControl(name)}\n`)
      outcomes.push(await runOne(command, forOne(name), name, context))
    }
    const code = gravest(outcomes)
    if (options.output === 'json') {
      const clusters = outcomes.map((one) => clusterJson(one))
      writeJson(context, { v: 1, ok: code === exitCodes.done, clusters })
    } else {
      context.io.stdout.write(
        `${outcomes.map((one) => `${one.code === exitCodes.done ? 'ok  ' : 'FAIL'} ${escapeControl(one.context)}`).join('\n')}\n`,
      )
    }
    return code
  }
}

async function runOne<Options extends OutputOptions>(
  command: Command<Options>,
  options: Options,
  name: string,
  context: CommandContext,
): Promise<Outcome> {
  let text = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const io = options.output === 'json' ? { ...context.io, stdout } : context.io
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown)
  try {
    const code = await command(options, { ...context, io })
    return { context: name, code, lines: lines() }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof WorkshopError)) throw error
    if (options.output === 'text') context.io.stderr.write(`${formatError(error, { debug: options.debug === true })}\n`)
    return { context: name, code: error.exitCode, lines: lines(), error: errorToJson(error) }
  }
}

/** A command that prints one object has it here; one that prints events has them as a list. */
function clusterJson({ context, code, lines, error }: Outcome): object {
  const [first] = lines as { type?: unknown }[]
  const said = lines.length === 1 && first?.type === undefined ? first : lines.length > 0 ? { events: lines } : {}
  return { ...said, context, exitCode: code, ...(error ? { error } : {}) }
}

function gravest(outcomes: readonly Outcome[]): ExitCode {
  const order: ExitCode[] = [
    exitCodes.bug,
    exitCodes.usage,
    exitCodes.notReady,
    exitCodes.invalidContent,
    exitCodes.unmet,
    exitCodes.done,
  ]
  return order.find((code) => outcomes.some((one) => one.code === code)) ?? exitCodes.done
}
