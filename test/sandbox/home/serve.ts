/** A process of its own that serves a home until it is killed. */
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'

const sandbox = await createSandbox({ home: process.argv[2]!, calico: '3.32', timeScale: 0 })
process.stdout.write(`${sandbox.url}\n`)
