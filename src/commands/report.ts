import type { WorkshopEvent } from '../engine/events.ts'
import { createJsonReporter } from '../report/json.ts'
import { createPlainReporter } from '../report/plain.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'

/** Reads a stream of events to its end with the asked reporter and returns what the work came to. */
export async function reportEvents<Result>(
  events: AsyncGenerator<WorkshopEvent, Result>,
  options: OutputOptions,
  { io }: CommandContext,
): Promise<Result> {
  const write = (text: string) => void io.stdout.write(text)
  const report = options.output === 'json' ? createJsonReporter(write) : createPlainReporter(write)
  let next = await events.next()
  for (; !next.done; next = await events.next()) report(next.value)
  return next.value
}

export function writeJson({ io }: CommandContext, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`)
}
