import type { EndpointSpec } from './model.ts'
import type { LabelClass } from './registry.ts'

/** An endpoint of a world: what was given or read, and the class of equally labelled ones it belongs to. */
export interface Endpoint extends EndpointSpec {
  kind: 'workload' | 'host'
  /** Known by a workload's template only: it has no address, and rules by address cannot be judged. */
  isTemplate: boolean
  /** `cartservice`, or `multitool.default` for a pod nobody owns. */
  workload: string
  /** Environment variables with plain values, for declared flows. */
  env: readonly { name: string; value: string }[]
  labelClass: LabelClass
  /** Its addresses as an address book finds them. */
  addressKeys: readonly string[]
}

/** An endpoint before its labels are completed from namespace and service account. */
export type EndpointDraft = Omit<Endpoint, 'labelClass' | 'addressKeys'>
