import type { EndpointSpec } from './model.ts'
import type { LabelClass } from './registry.ts'

/** An endpoint before its labels are completed from namespace and service account. All have the same fields: they are many. */
export interface EndpointDraft extends Required<EndpointSpec> {
  /** Known by a workload's template only: it has no address, and rules by address cannot be judged. */
  isTemplate: boolean
  /** `cartservice`, or `multitool.default` for a pod nobody owns. */
  workload: string
  /** Environment variables with plain values, for declared flows. */
  env: readonly { name: string; value: string }[]
}

/** An endpoint of a world: what was given or read, and the class of equally labelled ones it belongs to. */
export interface Endpoint extends EndpointDraft {
  labelClass: LabelClass
}
