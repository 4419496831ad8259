import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { toJsonSchema } from '../workshop/json-schema.ts'
import type { CommandContext } from './context.ts'

/** `schema`: JSON Schema of step files, for editors. */
export async function schema(_options: object, { io }: CommandContext): Promise<ExitCode> {
  io.stdout.write(`${JSON.stringify(toJsonSchema('step'), null, 2)}\n`)
  return exitCodes.done
}
