/** The sandbox in a thread of its own: what it simulates never holds up a key press or a probe's answer. See open-sandbox.ts. */
import { setMaxListeners } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Sandbox, SandboxOptions } from './contracts.ts'
import { createSandbox } from './create-sandbox.ts'
import type { FromThread, ToThread } from './thread-messages.ts'

// Every exec and watch listens to the signals of its pod; that is no leak.
setMaxListeners(0)
const port = parentPort!
const say = (message: FromThread) => port.postMessage(message)

// Warnings are the program's to show: a thread that writes to the terminal would write across the screen.
process.removeAllListeners('warning')
process.on('warning', ({ message, stack, ...rest }) => {
  const { code } = rest as { code?: string }
  say({ type: 'warning', message, ...(code === undefined ? {} : { code }), ...(stack === undefined ? {} : { stack }) })
})

let sandbox: Sandbox | null = null
port.on('message', async (message: ToThread) => {
  if (message.type !== 'close') return
  await sandbox?.close()
  say({ type: 'closed' })
  port.close()
})

try {
  sandbox = await createSandbox({
    ...(workerData as SandboxOptions),
    onNotice: (message) => say({ type: 'notice', message }),
  })
  const { url, kubeconfigPath, kubeconfig, calico, owned } = sandbox
  say({ type: 'ready', sandbox: { url, kubeconfigPath, kubeconfig, calico, owned } })
} catch (error) {
  if (!(error instanceof WorkshopError)) throw error
  const { code, message, hint, location, exitCode } = error
  say({
    type: 'failed',
    error: { code, message, exitCode, ...(hint ? { hint } : {}), ...(location ? { location } : {}) },
  })
  port.close()
}
