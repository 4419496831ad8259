/**
 * What must have been seen before a time-out is believed to be a policy at work: the source reaches something, the
 * target is reached by somebody. Without both, a dead pod or a missing endpoint would pass for a block.
 */
import type { Snapshot } from '../snapshot.ts'
import { serviceProblem, type Target } from './targets.ts'

type Judgement = { kind: 'believed' } | { kind: 'waiting'; reason: string; remedy: string }

export interface Controls {
  /** The source control's connection (TCP 53 of the cluster DNS) completed. */
  sourceReached(workload: string): void
  reached(workload: string, target: Target, tool: string): void
  isReached(workload: string, target: Target, tool: string): boolean
  judge(workload: string, target: Target, tool: string, snapshot: Snapshot): Judgement
}

export function createControls(outsideControl: string): Controls {
  const sources = new Set<string>()
  /** Target key (with the tool for outside names) -> workloads that reached it. */
  const targets = new Map<string, Set<string>>()
  const keyOf = (target: Target, tool: string) => (target.kind === 'outside' ? `${target.key} ${tool}` : target.key)
  return {
    sourceReached: (workload) => sources.add(workload),
    reached(workload, target, tool) {
      const key = keyOf(target, tool)
      const by = targets.get(key)
      if (by) by.add(workload)
      else targets.set(key, new Set([workload]))
      if (tool === 'nc') sources.add(workload)
    },
    isReached: (workload, target, tool) => targets.get(keyOf(target, tool))?.has(workload) ?? false,
    judge(workload, target, tool, snapshot) {
      if (!sources.has(workload)) {
        return waiting(
          `${workload} reaches nothing at all, not even the cluster DNS on TCP 53: its silence says nothing about this target`,
          'Look at the source pod first: kubectl describe pod, and whether DNS is allowed.',
        )
      }
      const by = targets.get(keyOf(target, tool))
      if (target.kind === 'outside') {
        if (by?.has(outsideControl)) return { kind: 'believed' }
        return waiting(
          `${outsideControl} does not reach ${target.host} either: without a way out of this lab nothing is proved about it`,
          'Allow the lab to reach the Internet, or take this result as not tested.',
        )
      }
      const problem = serviceProblem(snapshot, target)
      if (problem) return waiting(problem, `See kubectl get service,endpointslices -n ${target.to.namespace}.`)
      if (by && [...by].some((other) => other !== workload)) return { kind: 'believed' }
      return waiting(
        `nobody else reached ${target.host}:${target.port} in this run, so it may just be down`,
        `See kubectl get pods -n ${target.to.namespace} and its logs.`,
      )
    },
  }
}

function waiting(reason: string, remedy: string): Judgement {
  return { kind: 'waiting', reason, remedy }
}
