/** What the sandbox's thread and the program say to each other; everything else goes through the API, as with a cluster. */
import type { WorkshopErrorInit } from '../errors/workshop-error.ts'
import type { Sandbox } from './contracts.ts'

export type FromThread =
  | { type: 'ready'; sandbox: Pick<Sandbox, 'url' | 'kubeconfigPath' | 'kubeconfig' | 'calico' | 'owned'> }
  | { type: 'failed'; error: WorkshopErrorInit }
  | { type: 'notice'; message: string }
  | { type: 'warning'; message: string; code?: string; stack?: string }
  | { type: 'closed' }

export type ToThread = { type: 'close' }
