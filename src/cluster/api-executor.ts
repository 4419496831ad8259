/** Carries operations out through the API, with the same objects afterwards and the same kind of lines as kubectl. */

import type { KubeApi } from './kube-api.ts'
import { apply } from './operations/apply.ts'
import type { OperationContext } from './operations/context.ts'
import { createNamespace, runPod } from './operations/create.ts'
import { deleteFile, deleteNamed } from './operations/delete.ts'
import { label } from './operations/label.ts'
import { toFailure } from './operations/outcome.ts'
import { restart } from './operations/restart.ts'
import { show } from './operations/show.ts'
import { wait } from './operations/wait.ts'
import type { Executor, Operation, OperationResult } from './port.ts'
import type { Sleep } from './retry.ts'

export function createApiExecutor({ api, sleep }: { api: KubeApi; sleep: Sleep }): Executor {
  return {
    via: 'api',
    async run(operation, options = {}) {
      options.signal?.throwIfAborted()
      let complained = false
      const context: OperationContext = {
        api,
        sleep,
        signal: options.signal,
        now: () => performance.now(),
        out: (line) => options.onOutput?.({ stream: 'stdout', text: `${line}\n` }),
        err: (line) => {
          complained = true
          options.onOutput?.({ stream: 'stderr', text: `${line}\n` })
        },
      }
      let result: OperationResult
      try {
        result = await carryOut(operation, context)
      } catch (error) {
        options.signal?.throwIfAborted()
        result = toFailure(error)
      }
      // A failure is always said in the output too, once.
      if (!result.ok && !complained) context.err(`error: ${result.message}`)
      return result
    },
  }
}

function carryOut(operation: Operation, context: OperationContext): Promise<OperationResult> {
  switch (operation.kind) {
    case 'apply':
      return apply(operation, context)
    case 'delete':
      return deleteFile(operation, context)
    case 'delete-object':
      return deleteNamed(operation, context)
    case 'label':
      return label(operation, context)
    case 'create-namespace':
      return createNamespace(operation, context)
    case 'run-pod':
      return runPod(operation, context)
    case 'restart':
      return restart(operation, context)
    case 'wait':
      return wait(operation, context)
    case 'show':
      return show(operation, context)
    default:
      return operation satisfies never
  }
}
