import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { connectCluster } from '../../src/cluster/connect.ts'
import { findKubectl } from '../../src/cluster/find-kubectl.ts'
import { createKubectlExecutor } from '../../src/cluster/kubectl.ts'
import type { Operation } from '../../src/cluster/port.ts'
import { noKubectl, places, titled } from './places.ts'

const folder = mkdtempSync(join(tmpdir(), 'hw-kubectl-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program that only says a version, or fails: what a real kubectl cannot be made to be. */
function program(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const saying = (name: string, version: string) => program(name, `echo '{"clientVersion":{"gitVersion":"${version}"}}'`)

describe.skipIf(process.platform === 'win32')('a kubectl that leaves something running with its output open', () => {
  const path = () => program('leaving', `echo '{"clientVersion":{"gitVersion":"v1.34.4"}}'\nsleep 60 &`)

  it('is found', async () => {
    expect(await findKubectl({ path: path() })).toMatchObject({ kind: 'found', version: 'v1.34.4' })
  }, 30_000)

  it('is done when it has ended, and its lines are there', async () => {
    const executor = createKubectlExecutor({
      path: path(),
      context: 'x',
      kubeconfig: '',
      isSandbox: false,
      sleep: async () => {},
    })
    const lines: string[] = []
    const operation: Operation = { kind: 'show', args: ['get', 'pods'] }
    const result = await executor.run(operation, { onOutput: ({ text }) => lines.push(text) })
    expect(result).toMatchObject({ ok: true })
    expect(lines).toEqual(['{"clientVersion":{"gitVersion":"v1.34.4"}}\n'])
  }, 30_000)
})

describe.skipIf(process.platform === 'win32')('finding kubectl', () => {
  it('takes HW_KUBECTL first, then PATH', async () => {
    const [named, other] = [saying('named', 'v1.34.4'), saying('kubectl', 'v1.33.1')]
    expect(await findKubectl({ env: { HW_KUBECTL: named, PATH: folder } })).toEqual({
      kind: 'found',
      path: named,
      version: 'v1.34.4',
    })
    expect(await findKubectl({ env: { PATH: `/nosuch:${folder}` } })).toEqual({
      kind: 'found',
      path: other,
      version: 'v1.33.1',
    })
  })

  it('says when it is too old, broken or missing', async () => {
    expect(await findKubectl({ path: saying('old', 'v1.27.16') })).toMatchObject({
      kind: 'too-old',
      version: 'v1.27.16',
    })
    expect(await findKubectl({ path: saying('vendor', 'v1.30.9-eks-1') })).toMatchObject({ kind: 'found' })
    expect(await findKubectl({ path: program('silent', 'exit 3') })).toMatchObject({ kind: 'broken' })
    expect(await findKubectl({ path: program('empty', 'echo {}') })).toMatchObject({ kind: 'broken' })
    expect(await findKubectl({ path: join(folder, 'nosuch') })).toMatchObject({ kind: 'missing' })
    expect(await findKubectl({ env: { PATH: '' } })).toMatchObject({ kind: 'missing' })
  })
})

const place = places[0]!
describe(titled(place, noKubectl), () => {
  it.skipIf(place.skipped)(
    'falls back to the API when there is no usable kubectl, unless kubectl was asked for',
    async () => {
      const sandbox = await place.connect('api')
      const options = { kubeconfig: sandbox.kubeconfig, isSandbox: true, kubectlPath: join(folder, 'nosuch') }
      const port = await connectCluster({ ...options, via: 'auto' })
      expect(port.executor.via).toBe('api')
      await port.close()
      await expect(connectCluster({ ...options, via: 'kubectl' })).rejects.toMatchObject({
        code: 'KUBECTL_MISSING',
        exitCode: 5,
      })
      await expect(
        connectCluster({ ...options, kubectlPath: saying('ancient', 'v1.20.0'), via: 'kubectl' }),
      ).rejects.toMatchObject({ code: 'KUBECTL_TOO_OLD' })
      await sandbox.close()
    },
  )

  const waitLong: Operation = {
    kind: 'wait',
    resource: 'namespace',
    name: 'default',
    condition: 'condition=Nosuch',
    timeoutSeconds: 600,
  }
  it.skipIf(place.skipped ?? noKubectl)('ends kubectl when it is cancelled', async () => {
    const port = await place.connect('kubectl')
    const controller = new AbortController()
    const running = port.executor.run(waitLong, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('stop')), 400)
    await expect(running).rejects.toThrow('stop')
    await expect(port.executor.run(waitLong, { signal: controller.signal })).rejects.toThrow('stop')
    await port.close()
  })

  it.skipIf(place.skipped)('ends the API executor when it is cancelled', async () => {
    const port = await place.connect('api')
    const controller = new AbortController()
    const running = port.executor.run(waitLong, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('stop')), 100)
    await expect(running).rejects.toThrow('stop')
    await port.close()
  })
})
