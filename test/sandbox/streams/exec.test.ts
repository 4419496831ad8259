import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'
import { exec, kubeConfigOf } from './clients.ts'
import { connect, converse } from './frames.ts'

const POD = { namespace: 'default', name: 'tool', container: 'tool' }
const PATH = '/api/v1/namespaces/default/pods/tool/exec'
const V5 = 'v5.channel.k8s.io'
const BOTH = 'stdout=true&stderr=true'
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0 })
  const pod = (name: string, image: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name, image }] },
  })
  for (const each of [
    pod('tool', 'wbitt/network-multitool'),
    pod('bare', 'registry.k8s.io/pause:3.10'),
    pod('badimg', 'nosuch/image:1'),
  ]) {
    expect((await call(sandbox, 'POST', '/api/v1/namespaces/default/pods', each)).status).toBe(201)
  }
  await sandbox.settled!()
})
afterAll(() => sandbox.close())

const run = (script: string, protocols = [V5]) =>
  converse(sandbox, `${PATH}?command=sh&command=-c&command=${encodeURIComponent(script)}&${BOTH}`, protocols)
const status = (text: string | undefined) => JSON.parse(text ?? '{}')

describe('exec, frame by frame as a real server sends them', () => {
  it('an empty message on stdout, the output, a status, close 1000', async () => {
    const { protocol, frames, code } = await run('echo hi')
    expect(protocol).toBe(V5)
    expect(frames).toEqual([
      { channel: 1, text: '' },
      { channel: 1, text: 'hi\n' },
      { channel: 3, text: '{"metadata":{},"status":"Success"}' },
    ])
    expect(code).toBe(1000)
  })

  it('what is written at once in one message, in the order it was written', async () => {
    const { frames } = await run('for i in 1 2 3; do printf "%s-" a $i; done; echo out; echo err >&2; echo more')
    expect(frames.slice(1, -1)).toEqual([
      { channel: 1, text: 'a-1-a-2-a-3-out\n' },
      { channel: 2, text: 'err\n' },
      { channel: 1, text: 'more\n' },
    ])
  })

  it('an exit code in the causes, worded by protocol', async () => {
    const v5 = await run('exit 3')
    expect(status(v5.frames.at(-1)!.text)).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
    const v4 = await run('exit 3', ['v4.channel.k8s.io'])
    expect(status(v4.frames.at(-1)!.text).message).toBe(
      'command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3',
    )
    const none = await run('exit 3', [])
    expect(none.frames.at(-1)).toEqual({
      channel: 3,
      text: 'command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3',
    })
  })

  it('speaks base64 when that is asked for', async () => {
    const { frames } = await run('echo hi; exit 3', ['base64.channel.k8s.io'])
    expect(frames.map(({ channel, text }) => [channel, Buffer.from(text, 'base64').toString()])).toEqual([
      [1, ''],
      [1, 'hi\n'],
      [3, 'command terminated with non-zero exit code: error executing command [sh -c echo hi; exit 3], exit code 3'],
    ])
  })

  it('an internal error for a program the image has not', async () => {
    const { frames, code } = await converse(sandbox, `/api/v1/namespaces/default/pods/bare/exec?command=sh&${BOTH}`, [
      V5,
    ])
    const { reason, message, code: number, details } = status(frames.at(-1)!.text)
    expect([reason, number, code]).toEqual(['InternalError', 500, 1000])
    expect(message).toMatch(
      /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in \$PATH: unknown$/,
    )
    expect(details.causes).toEqual([{ message: message.replace('Internal error occurred: ', '') }])
  })

  it('an internal error for a container that does not run', async () => {
    const { frames } = await converse(sandbox, `/api/v1/namespaces/default/pods/badimg/exec?command=true&${BOTH}`, [V5])
    expect(status(frames.at(-1)!.text).message).toBe(
      'Internal error occurred: unable to upgrade connection: container not found ("badimg")',
    )
  })

  it.each([
    ['a missing pod', '/api/v1/namespaces/default/pods/nope/exec', 404, 'NotFound'],
    ['a container that is not in the pod', `${PATH}?container=zzz`, 400, 'container zzz is not valid for pod tool'],
  ])('refuses %s at the upgrade', async (_, path, code, text) => {
    const join = path.includes('?') ? '&' : '?'
    await expect(converse(sandbox, `${path}${join}command=true&${BOTH}`, [V5])).rejects.toMatchObject({
      status: code,
      body: expect.stringContaining(text),
    })
  })

  it('refuses a protocol nobody knows with an empty 403', async () => {
    await expect(run('true', ['nonsense.example'])).rejects.toMatchObject({ status: 403, body: '' })
  })

  it('passes stdin on, and its end', async () => {
    const { frames } = await converse(sandbox, `${PATH}?command=cat&stdin=true&${BOTH}`, [V5], (socket) => {
      socket.send(Buffer.from('\x00one\n'))
      socket.send(Buffer.from('\x00two\n'))
      socket.send(Buffer.from([255, 0]))
    })
    expect(
      frames
        .filter(({ channel }) => channel === 1)
        .map(({ text }) => text)
        .join(''),
    ).toBe('one\ntwo\n')
    expect(status(frames.at(-1)!.text).status).toBe('Success')
  })

  it('ends with 137 when the pod is deleted meanwhile', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'short' },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    }
    await call(sandbox, 'POST', '/api/v1/namespaces/default/pods', pod)
    await sandbox.settled!()
    const { frames } = await converse(
      sandbox,
      `/api/v1/namespaces/default/pods/short/exec?command=cat&stdin=true&${BOTH}`,
      [V5],
      () => {
        call(sandbox, 'DELETE', '/api/v1/namespaces/default/pods/short').catch(() => undefined)
      },
    )
    expect(status(frames.at(-1)!.text).details.causes).toEqual([{ reason: 'ExitCode', message: '137' }])
  })

  it('cuts long output into pieces a client can take', async () => {
    const { frames } = await run(
      'i=0; while [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done',
    )
    const output = frames.filter(({ channel }) => channel === 1)
    expect(output.map(({ text }) => text).join('')).toHaveLength(2000 * 41)
    expect(Math.max(...output.map(({ text }) => text.length))).toBeLessThanOrEqual(32 * 1024)
  })
})

describe('exec with client-node', () => {
  it('gives output, error output and exit code apart', async () => {
    const end = await exec(kubeConfigOf(sandbox), POD, ['sh', '-c', 'echo out; echo err >&2; exit 7'])
    expect(end).toMatchObject({ stdout: 'out\n', stderr: 'err\n', status: { reason: 'NonZeroExitCode' } })
    expect(end.status.details.causes).toEqual([{ reason: 'ExitCode', message: '7' }])
  })

  it('runs many sessions at once without mixing them up', async () => {
    const config = kubeConfigOf(sandbox)
    const ends = await Promise.all(
      Array.from({ length: 40 }, (_, i) => exec(config, POD, ['sh', '-c', `echo ${i}; exit ${i}`])),
    )
    for (const [i, end] of ends.entries()) {
      expect(end.stdout).toBe(`${i}\n`)
      expect(end.status.details?.causes[0].message ?? '0').toBe(String(i))
    }
  })

  it('has a terminal: echo, a prompt, Ctrl-D', async () => {
    const seen = await new Promise<string>((resolve, reject) => {
      const socket = connect(sandbox, `${PATH}?command=sh&stdin=true&stdout=true&tty=true`, [V5])
      let text = ''
      socket.on('open', () => {
        socket.send(Buffer.from('\x04{"Width":100,"Height":30}\n'))
        socket.send(Buffer.from('\x00echo hello\r'))
        socket.send(Buffer.from([0, 4]))
      })
      socket.on('message', (message: Buffer) => {
        if (message[0] === 1) text += message.subarray(1).toString()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
    })
    expect(seen).toMatch(/echo hello\r\nhello\r\n/)
  })
})

describe('sessions leave nothing behind', () => {
  it('also when the client goes away in the middle', async () => {
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(sandbox, `${PATH}?command=cat&stdin=true&${BOTH}`, [V5])
        socket.on('message', () => socket.terminate())
        socket.on('close', () => resolve())
        socket.on('error', reject)
      })
    }
    // Still serving, and nothing waits for the lost ones: the sandbox closes at once.
    const other = await createSandbox({ home: null, calico: 'none', timeScale: 0 })
    await other.close()
    expect((await run('echo ok')).frames.map(({ text }) => text).join('')).toContain('ok')
  })
})
