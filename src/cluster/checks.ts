/**
 * Doctor's list: independent checks, all run at once, each with a permanent code, a result, the reason and what to do
 * next. A check never throws for what it finds; only a bug ends the list.
 */
import { calicoChecks } from './checks/calico.ts'
import type { Check, CheckContext, CheckReport, CheckResult } from './checks/check.ts'
import { dataplaneChecks } from './checks/dataplane.ts'
import { loadFacts } from './checks/facts.ts'
import { machineChecks } from './checks/machine.ts'
import { nodeChecks } from './checks/nodes.ts'
import { probingChecks } from './checks/probing.ts'
import { reachChecks } from './checks/reach.ts'
import { rightsChecks } from './checks/rights.ts'
import { scopeChecks } from './checks/scope.ts'

export type { CheckContext, CheckReport } from './checks/check.ts'

export const checks: readonly Check[] = [
  ...machineChecks,
  ...reachChecks,
  ...nodeChecks,
  ...calicoChecks,
  ...dataplaneChecks,
  ...scopeChecks,
  ...rightsChecks,
  ...probingChecks,
]

/** Results in the list's order; `onResult` gets each as it comes. */
export async function runChecks(
  context: CheckContext,
  onResult?: (report: CheckReport) => void,
): Promise<CheckReport[]> {
  const facts = loadFacts(context)
  return Promise.all(
    checks.map(async (check) => {
      const report: CheckReport = { code: check.code, title: check.title, ...(await settle(check, context, facts)) }
      onResult?.(report)
      return report
    }),
  )
}

async function settle(check: Check, context: CheckContext, facts: ReturnType<typeof loadFacts>): Promise<CheckResult> {
  if (check.needsCluster && !context.cluster) return { status: 'skip', reason: 'the cluster does not answer' }
  try {
    return await check.run(context, facts)
  } catch (error) {
    context.signal?.throwIfAborted()
    // What the API refused to tell is no finding; what it could not answer is one about reachability.
    if (error instanceof Error && 'exitCode' in error) {
      const status = (error as { status?: number }).status === 403 ? 'skip' : 'warn'
      const hint = (error as { hint?: string }).hint
      return { status, reason: `could not be checked: ${error.message}`, ...(hint ? { next: hint } : {}) }
    }
    throw error
  }
}
