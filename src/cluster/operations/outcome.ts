import { failureHint, type SaidFailure } from '../failure-hint.ts'
import type { OperationResult } from '../port.ts'
import type { OperationContext } from './context.ts'

/** One object after the other, on after a failure as kubectl does; the first failure is the one explained. */
export async function collect<T>(
  context: OperationContext,
  items: readonly T[],
  act: (item: T) => Promise<boolean>,
  nameOf: (item: T) => string,
): Promise<OperationResult> {
  let changed = 0
  const failures: { message: string; hint?: string | undefined }[] = []
  for (const item of items) {
    try {
      if (await act(item)) changed++
    } catch (error) {
      context.signal?.throwIfAborted()
      const failure = asFailure(error)
      context.err(`error: ${nameOf(item)}: ${failure.message}`)
      failures.push(failure)
      // An API that is away stays away for the rest.
      if ((error as { code?: string }).code === 'CLUSTER_UNREACHABLE') break
    }
  }
  const first = failures[0]
  if (!first) return { ok: true, exitCode: 0, changed }
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : ''
  return {
    ok: false,
    exitCode: 1,
    changed,
    message: `${first.message}${more}`,
    ...(first.hint ? { hint: first.hint } : {}),
  }
}

function asFailure(error: unknown): { message: string; hint?: string | undefined } {
  if (!(error instanceof Error) || !('exitCode' in error)) throw error
  const { message, hint } = error as Error & { hint?: string }
  return { message, hint: hint || failureHint(error as SaidFailure) }
}

/** A single refusal as a result. */
export function toFailure(error: unknown): OperationResult {
  const { message, hint } = asFailure(error)
  return { ok: false, exitCode: 1, changed: 0, message, ...(hint ? { hint } : {}) }
}
