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
  if (options.output !== 'json') return readAll(events, createPlainReporter(write))
  // Nothing is asked in between, so that lines may leave together; a line for people must be there before a question.
  const lines = inTurns(write)
  try {
    return await readAll(events, createJsonReporter(lines.write))
  } finally {
    lines.flush()
  }
}

async function readAll<Result>(
  events: AsyncGenerator<WorkshopEvent, Result>,
  report: (event: WorkshopEvent) => void,
): Promise<Result> {
  let next = await events.next()
  for (; !next.done; next = await events.next()) report(next.value)
  return next.value
}

/** What comes in one turn of the event loop is written at once: a track has thousands of lines, and each write is a system call. */
function inTurns(write: (text: string) => void): { write(text: string): void; flush(): void } {
  let held = ''
  const flush = () => {
    if (held !== '') write(held)
    held = ''
  }
  return {
    flush,
    write(text) {
      if (held === '') setImmediate(flush)
      held += text
    },
  }
}

export function writeJson({ io }: CommandContext, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`)
}
