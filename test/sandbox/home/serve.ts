/** A process of its own that serves a home until it is killed, or closes and ends by itself on SIGTERM. */
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'

const sandbox = await createSandbox({ home: process.argv[2]!, calico: '3.32', timeScale: 0 })
process.once('SIGTERM', () => {
  sandbox.close().catch((error: unknown) => {
    throw error
  })
})
process.stdout.write(`${sandbox.url}\n`)
