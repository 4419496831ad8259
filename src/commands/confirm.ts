import { createInterface } from 'node:readline/promises'
import type { ClusterPort } from '../cluster/port.ts'
import { interrupted } from '../errors/catalog/usage.ts'
import { escapeControl } from '../errors/escape.ts'
import { exitCodes } from '../errors/exit-codes.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { CommandContext } from './context.ts'
import type { PlaceOptions } from './options.ts'
import { unguarded } from './safe-io.ts'

/** One line from the person; throws when there is no terminal to ask on. */
export async function ask(question: string, context: CommandContext): Promise<string> {
  const reader = createInterface({ input: context.io.stdin, output: unguarded(context.io.stderr) })
  try {
    return (await reader.question(escapeControl(question), { signal: context.signal })).trim()
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason
    // Ctrl-C and ctrl-D are keys to the line editor, not signals.
    if ((error as NodeJS.ErrnoException).code === 'ABORT_ERR') throw interrupted()
    throw error
  } finally {
    reader.close()
  }
}

export function notConfirmed(message: string, hint: string): WorkshopError {
  return new WorkshopError({ code: 'NOT_CONFIRMED', message, hint, exitCode: exitCodes.usage })
}

/**
 * A cluster that is not ours is named back and confirmed by typing its name, before the first change. What speaks
 * against a lab is listed.
 */
export async function confirmCluster(
  cluster: ClusterPort,
  options: PlaceOptions,
  context: CommandContext,
): Promise<void> {
  const name = cluster.context
  if (options.confirmContext !== undefined) {
    if (options.confirmContext === name) return
    throw notConfirmed(
      `--confirm-context says ${escapeControl(options.confirmContext)}, but the context is ${escapeControl(name)}. Nothing was changed.`,
      'Give the same name to both.',
    )
  }
  const { judgeCluster } = await import('../cluster/lab-guard.ts')
  const judgement = await judgeCluster(cluster)
  const lines = [
    `This changes the cluster ${escapeControl(name)} at ${escapeControl(cluster.server)}.`,
    ...(judgement.reasons.length > 0
      ? ['It does not look like a lab:', ...judgement.reasons.map((reason) => `  - ${escapeControl(reason)}`)]
      : []),
  ]
  if (!context.io.interactive) {
    throw notConfirmed(
      `${lines.join('\n')}\nNothing was changed, because nobody confirmed it.`,
      `If it is the one you mean, add: --confirm-context ${name}`,
    )
  }
  context.io.stderr.write(`${lines.join('\n')}\n`)
  const answer = await ask(`Type its name to go on (${escapeControl(name)}): `, context)
  if (answer !== name)
    throw notConfirmed('That is not its name. Nothing was changed.', 'Start again and type the name of the context.')
}
