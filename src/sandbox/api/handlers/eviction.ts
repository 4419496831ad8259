import type { KubeObject, Store } from '../../contracts.ts'
import { ApiError } from '../api-error.ts'
import type { Answer, ResourceRequest } from '../context.ts'
import { header } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { isObject } from '../patch/merge-patch.ts'
import { parseDryRun } from '../query-options.ts'
import { renderDocument } from '../render.ts'
import { fromLabelSelectorObject } from '../selectors/label-selector.ts'
import { deleteObject } from '../write/delete.ts'
import { currentOf } from '../write/update.ts'

const BUDGETS = 'poddisruptionbudgets.policy'

/** `kubectl drain` evicts: a delete that a disruption budget can refuse. */
export function handleEviction(request: ResourceRequest, body: Buffer): Answer {
  const { value } = decodeBody(body, header(request, 'content-type'), request.type, 'Eviction')
  const given = isObject(value) && isObject(value.deleteOptions) ? value.deleteOptions : {}
  const dryRun = parseDryRun(
    [...request.query.getAll('dryRun'), ...(Array.isArray(given.dryRun) ? given.dryRun.map(String) : [])],
    'DeleteOptions',
  )
  const grace = given.gracePeriodSeconds
  const pod = currentOf(request)
  const { store } = request.context
  const budget = budgetAgainst(store, pod)
  deleteObject({ ...request, subresource: undefined }, pod, {
    dryRun,
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
  })
  if (budget && !dryRun) {
    // At once, so that evictions side by side cannot use it twice; the controller counts anew.
    store.modify(BUDGETS, budget.metadata.namespace, budget.metadata.name, (draft) => {
      draft.status.disruptionsAllowed -= 1
    })
  }
  return renderDocument(request, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201)
}

/** The budget this eviction uses up some of, if one does; 429 where nothing is left of it (registry/core/pod/storage/eviction.go). */
function budgetAgainst(store: Store, pod: KubeObject): KubeObject | undefined {
  const phase = pod.status?.phase
  const isEnding = pod.metadata.deletionTimestamp || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending'
  const budgets = store
    .list(BUDGETS, pod.metadata.namespace)
    .filter(({ spec }) => spec?.selector && fromLabelSelectorObject(spec.selector)(pod.metadata.labels))
  const [budget] = budgets
  if (isEnding || !budget) return undefined
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
    throw new ApiError(500, 'InternalError', message, {})
  }
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = budget.status ?? {}
  if (disruptionsAllowed > 0) return budget
  // What is not ready does not count towards the budget.
  const isReady = pod.status?.conditions?.some(({ type, status }: any) => type === 'Ready' && status === 'True')
  if (!isReady && currentHealthy >= desiredHealthy && desiredHealthy > 0) return undefined
  const why = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: why }],
  })
}
