/**
 * Read-only lines without kubectl: `get` by the server's own tables, as kubectl prints them. Other lines say that they
 * need kubectl; nothing depends on their output.
 */
import { findTypedResource, resourcePath } from '../discovery.ts'
import { shownCommand } from '../to-kubectl-args.ts'
import type { CarryOut, OperationContext } from './context.ts'
import { toFailure } from './outcome.ts'
import { type GetRequest, parseGet } from './parse-get.ts'
import { renderTable } from './render-table.ts'

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

export const show: CarryOut<'show'> = async (operation, context) => {
  const request = parseGet(operation.args)
  if (!request) {
    context.out(`(this line needs kubectl: ${shownCommand(operation)})`)
    return { ok: true, exitCode: 0, changed: 0 }
  }
  try {
    let first = true
    for (const typed of request.resources) {
      if (!first) context.out('')
      first = false
      await showOne(typed, request, context)
    }
    return { ok: true, exitCode: 0, changed: 0 }
  } catch (error) {
    context.signal?.throwIfAborted()
    return toFailure(error)
  }
}

async function showOne(typed: string, request: GetRequest, context: OperationContext): Promise<void> {
  const kind = findTypedResource(await context.api.resources(), typed)
  if (!kind) {
    context.err(`error: the server doesn't have a resource type "${typed}"`)
    return
  }
  const namespace = kind.namespaced && !request.allNamespaces ? (request.namespace ?? context.api.namespace) : undefined
  const path = resourcePath(kind, kind, { namespace, name: request.name })
  const query = { labelSelector: request.selector, fieldSelector: request.fieldSelector }
  if (request.format === 'json') {
    context.out(JSON.stringify(await context.api.send({ method: 'GET', path, query, signal: context.signal }), null, 4))
    return
  }
  const table: any = await context.api.send({ method: 'GET', path, query, accept: asTable, signal: context.signal })
  const rows = table.rows ?? []
  if (rows.length === 0) {
    context.err(namespace === undefined ? 'No resources found' : `No resources found in ${namespace} namespace.`)
    return
  }
  for (const line of renderTable(table, { ...request, withNamespace: kind.namespaced && request.allNamespaces }))
    context.out(line)
}
