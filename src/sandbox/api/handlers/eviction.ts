import type { Answer, ResourceRequest } from '../context.ts'
import { header } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { isObject } from '../patch/merge-patch.ts'
import { parseDryRun } from '../query-options.ts'
import { renderDocument } from '../render.ts'
import { deleteObject } from '../write/delete.ts'
import { currentOf } from '../write/update.ts'

/** `kubectl drain` evicts: a delete that disruption budgets could refuse. */
export function handleEviction(request: ResourceRequest, body: Buffer): Answer {
  const { value } = decodeBody(body, header(request, 'content-type'), request.type, 'Eviction')
  const given = isObject(value) && isObject(value.deleteOptions) ? value.deleteOptions : {}
  const dryRun = parseDryRun(
    [...request.query.getAll('dryRun'), ...(Array.isArray(given.dryRun) ? given.dryRun.map(String) : [])],
    'DeleteOptions',
  )
  const grace = given.gracePeriodSeconds
  deleteObject({ ...request, subresource: undefined }, currentOf(request), {
    dryRun,
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
  })
  return renderDocument(request, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201)
}
