import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { type SchemaName, toJsonSchema } from '../workshop/json-schema.ts'
import type { CommandContext } from './context.ts'

/** `schema`: JSON Schema of step files (or of a track file, or of expected sets), for editors. */
export async function schema(
  _options: object,
  { io }: CommandContext,
  [name = 'step']: [SchemaName?],
): Promise<ExitCode> {
  io.stdout.write(`${JSON.stringify(toJsonSchema(name), null, 2)}\n`)
  return exitCodes.done
}
