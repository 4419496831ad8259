// What client-node's own classes for logs, attach and exec make of the sandbox, also when a client comes back.
import { PassThrough } from 'node:stream'
import { Attach, CoreV1Api, Log } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { exec, kubeConfigOf } from './clients.ts'

const NAMESPACE = 'default'
let sandbox: Sandbox
let core: CoreV1Api

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0 })
  core = kubeConfigOf(sandbox).makeApiClient(CoreV1Api)
  const pod = (name: string, command: string[], more: object = {}) =>
    core.createNamespacedPod({
      namespace: NAMESPACE,
      body: { metadata: { name }, spec: { containers: [{ name, image: 'busybox', command, ...more }] } },
    })
  await pod('lines', ['sh', '-c', 'for i in 1 2 3; do echo line $i; done; cat'], { stdin: true })
  await pod('echoing', ['cat'], { stdin: true })
  await pod('crash', ['sh', '-c', 'echo boom; exit 2'])
  await sandbox.settled!()
})
afterAll(() => sandbox.close())

/** Everything a stream has brought so far. */
function collect(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  return { stream, text: () => text }
}

describe('client-node', () => {
  it('reads a log, also of the run before, and with times', async () => {
    const log = new Log(kubeConfigOf(sandbox))
    for (const [options, expected] of [
      [{}, 'line 1\nline 2\nline 3\n'],
      [{ tailLines: 1 }, 'line 3\n'],
      [{ limitBytes: 6 }, 'line 1'],
    ] as const) {
      const { stream, text } = collect()
      await log.log(NAMESPACE, 'lines', 'lines', stream, options)
      await vi.waitFor(() => expect(text()).toBe(expected))
    }
    const { stream, text } = collect()
    await log.log(NAMESPACE, 'lines', 'lines', stream, { timestamps: true })
    await vi.waitFor(() => expect(text()).toMatch(/^(\d{4}-\d\d-\d\dT\S+Z line \d\n){3}$/))
    const before = collect()
    await vi.waitFor(() => log.log(NAMESPACE, 'crash', 'crash', before.stream, { previous: true }))
    await vi.waitFor(() => expect(before.text()).toBe('boom\n'))
    await expect(log.log(NAMESPACE, 'nosuch', 'x', collect().stream)).rejects.toMatchObject({ code: 404 })
  })

  it('attaches to what runs, and again after it left', async () => {
    for (const word of ['first', 'second']) {
      const stdin = new PassThrough()
      const { stream, text } = collect()
      const attach = new Attach(kubeConfigOf(sandbox))
      const socket = await attach.attach(NAMESPACE, 'echoing', 'echoing', stream, null, stdin, false)
      stdin.write(`${word}\n`)
      await vi.waitFor(() => expect(text()).toContain(`${word}\n`))
      socket.close()
    }
  })

  it('execs again after a session was cut', async () => {
    const pod = { namespace: NAMESPACE, name: 'lines', container: 'lines' }
    const config = kubeConfigOf(sandbox)
    const { Exec } = await import('@kubernetes/client-node')
    const { stream, text } = collect()
    const command = ['sh', '-c', 'echo begun; cat']
    const stdin = new PassThrough()
    const socket = await new Exec(config).exec(NAMESPACE, pod.name, pod.container, command, stream, null, stdin, false)
    await vi.waitFor(() => expect(text()).toBe('begun\n'))
    ;(socket as unknown as { terminate(): void }).terminate()
    expect(await exec(config, pod, ['sh', '-c', 'echo again; exit 4'])).toMatchObject({
      stdout: 'again\n',
      status: {
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '4' }] },
      },
    })
  })

  it('follows a log, and again from another place, until the pod goes', async () => {
    const log = new Log(kubeConfigOf(sandbox))
    const followers = [collect(), collect()]
    const ended = followers.map(({ stream }) => new Promise((resolve) => stream.on('end', resolve)))
    await log.log(NAMESPACE, 'lines', 'lines', followers[0]!.stream, { follow: true })
    await vi.waitFor(() => expect(followers[0]!.text()).toBe('line 1\nline 2\nline 3\n'))
    await log.log(NAMESPACE, 'lines', 'lines', followers[1]!.stream, { follow: true, tailLines: 2 })
    await vi.waitFor(() => expect(followers[1]!.text()).toBe('line 2\nline 3\n'))
    await core.deleteNamespacedPod({ namespace: NAMESPACE, name: 'lines', gracePeriodSeconds: 0 })
    await Promise.all(ended)
  })
})
