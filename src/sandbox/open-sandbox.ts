import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Sandbox, SandboxOptions } from './contracts.ts'
import type { FromThread, ToThread } from './thread-messages.ts'

/** Megabytes for what was made just now: with V8's own limit the two threads together are a third bigger, and hardly faster. */
const YOUNG_MB = 8

/** Options that can be handed to a thread. */
export type ThreadOptions = Omit<SandboxOptions, 'onNotice' | 'random'>

/**
 * `createSandbox` in a thread of its own where the bundle has one, in this thread otherwise (run from the sources). A
 * defect that ends the thread ends the program, as it would in the same thread.
 */
export async function openSandbox(options: ThreadOptions, entry: URL | null = bundledEntry()): Promise<Sandbox> {
  if (entry === null) return (await import('./create-sandbox.ts')).createSandbox(options)
  const thread = new Worker(entry, { workerData: options, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
  const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
  return await new Promise<Sandbox>((resolve, reject) => {
    let opened = false
    thread.on('error', (error) => {
      if (!opened) return reject(error)
      process.nextTick(() => {
        throw error
      })
    })
    thread.on('message', (message: FromThread) => {
      switch (message.type) {
        case 'ready':
          opened = true
          resolve({ ...message.sandbox, close: closer(thread, exited) })
          break
        case 'failed':
          reject(new WorkshopError(message.error))
          break
        case 'notice':
          process.emitWarning(message.message)
          break
        case 'warning':
          process.emitWarning(Object.assign(new Error(message.message), { ...message, name: 'Warning' }))
          break
        default:
          break
      }
    })
    thread.once('exit', (code) => reject(new Error(`the sandbox's thread ended with ${code} before it was ready`)))
  })
}

function closer(thread: Worker, exited: Promise<void>): () => Promise<void> {
  let asked = false
  return () => {
    if (!asked) thread.postMessage({ type: 'close' } satisfies ToThread)
    asked = true
    return exited
  }
}

/** Beside the bundle's entry; its chunks lie one folder deeper. */
function bundledEntry(): URL | null {
  const places = ['./sandbox-thread.js', '../sandbox-thread.js'].map((path) => new URL(path, import.meta.url))
  return places.find((place) => existsSync(fileURLToPath(place))) ?? null
}
