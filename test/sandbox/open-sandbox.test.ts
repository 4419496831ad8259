import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectCluster } from '../../src/cluster/connect.ts'
import { WorkshopError } from '../../src/errors/workshop-error.ts'
import { openSandbox } from '../../src/sandbox/open-sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'hw-thread-'))
let entry: URL
let homes = 0
const options = () => ({ home: join(folder, `home-${homes++}`), calico: '3.32' as const, timeScale: 0 })

beforeAll(async () => {
  const build = await rolldown({
    input: { thread: fileURLToPath(new URL('../../src/sandbox/thread.ts', import.meta.url)) },
    platform: 'node',
    external: [/^node:/],
    onLog: () => undefined,
  })
  await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await build.close()
  entry = pathToFileURL(join(folder, 'thread.mjs'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the sandbox in a thread of its own', () => {
  it('answers as the one in the same thread, a second one attaches, and its end is the end of the port', async () => {
    const own = options()
    const sandbox = await openSandbox(own, entry)
    expect(sandbox.owned).toBe(true)
    const cluster = await connectCluster({
      kubeconfig: sandbox.kubeconfigPath,
      context: 'sandbox',
      via: 'api',
      isSandbox: true,
    })
    const nodes = await cluster.list({ apiVersion: 'v1', kind: 'Node' })
    expect(nodes.length).toBeGreaterThan(0)
    const second = await openSandbox(own, entry)
    expect(second.owned).toBe(false)
    expect(second.url).toBe(sandbox.url)
    await second.close()
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } })
    await cluster.close()
    await sandbox.close()
    await sandbox.close()
    await expect(fetch(sandbox.url)).rejects.toThrow()
    const again = await openSandbox(own, entry)
    const later = await connectCluster({
      kubeconfig: again.kubeconfigPath,
      context: 'sandbox',
      via: 'api',
      isSandbox: true,
    })
    expect(await later.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kept' })).not.toBeNull()
    await later.close()
    await again.close()
  })

  it('an error of its start arrives as the same error', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const failed = await openSandbox({ ...options(), port }, entry).catch((error: unknown) => error)
    server.close()
    expect(failed).toBeInstanceOf(WorkshopError)
    expect(failed).toMatchObject({ code: 'SANDBOX_PORT_IN_USE', exitCode: 5 })
    expect((failed as WorkshopError).hint).toContain('--port')
  })
})
