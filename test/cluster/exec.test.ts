import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { execInPod, readStatus } from '../../src/cluster/exec.ts'
import { faultServer } from './fault-server.ts'

type Session = (socket: WebSocket) => void
/** What the next upgrades get: a session, or an HTTP answer instead. */
let script: (Session | [number, string])[] = []
let asked: IncomingMessage[] = []
let server: Awaited<ReturnType<typeof faultServer>>
const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0]! })

beforeAll(async () => {
  server = await faultServer({
    onUpgrade(request, socket, head) {
      asked.push(request)
      const next = script.shift()!
      if (typeof next === 'function') sockets.handleUpgrade(request, socket, head, next)
      else {
        const body = JSON.stringify({ kind: 'Status', message: next[1] })
        socket.end(
          `HTTP/1.1 ${next[0]} x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        )
      }
    },
  })
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  server.slept.length = 0
})

const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)])
const success = JSON.stringify({ metadata: {}, status: 'Success' })
const request = { namespace: 'n', pod: 'p', container: 'c', command: ['sh', '-c', 'a b&c'] }
const exec = (next: typeof script, extra: object = {}, signal?: AbortSignal) => {
  script = next
  return execInPod(server.transport, { ...request, ...extra }, server.sleep, signal)
}

describe('exec', () => {
  it('collects both streams and the exit code', async () => {
    const session: Session = (socket) => {
      socket.send(frame(1, ''))
      socket.send(frame(1, 'out'))
      socket.send(frame(2, 'err'))
      socket.send(frame(3, success))
    }
    expect(await exec([session])).toEqual({ kind: 'exited', exitCode: 0, stdout: 'out', stderr: 'err' })
    expect(asked[0]!.url).toBe(
      '/api/v1/namespaces/n/pods/p/exec?command=sh&command=-c&command=a+b%26c&container=c&stdout=true&stderr=true',
    )
    expect(asked[0]!.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io')
    expect(asked[0]!.headers.authorization).toBe('Bearer t')
  })

  it.each<[string, Session]>([
    ['closed in good order', (socket) => socket.close(1000)],
    ['cut off', (socket) => socket.terminate()],
  ])('never takes a session without a result for one that ended well: %s', async (_name, end) => {
    const session: Session = (socket) => {
      socket.send(frame(1, 'half of it'), () => end(socket))
    }
    expect(await exec([session])).toMatchObject({ kind: 'failed', reason: 'cut', stdout: 'half of it' })
    expect(asked).toHaveLength(1)
  })

  it('lets go of the connection once the result is there', async () => {
    let gone: Promise<void> | undefined
    const session: Session = (socket) => {
      gone = new Promise((resolve) => socket.on('close', () => resolve()))
      socket.send(frame(3, success))
    }
    expect(await exec([session])).toMatchObject({ kind: 'exited' })
    await gone
  })

  it('sends what is typed, and its end', async () => {
    const got: string[] = []
    const session: Session = (socket) =>
      socket.on('message', (data: Buffer) => {
        got.push(`${data[0]}:${data.subarray(1).toString()}`)
        if (data[0] === 255) socket.send(frame(3, success))
      })
    await exec([session], { stdin: 'hello' })
    expect(got).toEqual(['0:hello', '255:\u0000'])
  })

  it.each([
    [403, 'pods "p" is forbidden', 'forbidden'],
    [404, 'pods "p" not found', 'pod-missing'],
    [400, 'container zz is not valid for pod p', 'container-missing'],
    [400, 'something else', 'other'],
  ])('tells why it was refused: %i %s', async (code, message, reason) => {
    expect(await exec([[code, message]])).toMatchObject({ kind: 'failed', reason, message })
    expect(asked).toHaveLength(1)
  })

  it('is tried again when nothing can have run', async () => {
    const session: Session = (socket) => socket.send(frame(3, success))
    expect(await exec([[503, 'busy'], [429, 'slow down'], [401, 'old token'], session])).toMatchObject({
      kind: 'exited',
    })
    expect(server.slept).toHaveLength(3)
  })

  it('ends at its deadline and when it is cancelled', async () => {
    const silent: Session = (socket) => socket.send(frame(1, 'so far'))
    expect(await exec([silent], { deadlineMs: 60 })).toMatchObject({
      kind: 'failed',
      reason: 'deadline',
      stdout: 'so far',
    })
    const controller = new AbortController()
    const aborting: Session = () => controller.abort(new Error('stop'))
    expect(await exec([aborting], {}, controller.signal)).toMatchObject({ kind: 'failed', reason: 'cancelled' })
  })
})

describe('the status of a session', () => {
  const failure = (message: string, causes: unknown[] = []) => ({ status: 'Failure', message, details: { causes } })
  const noShell =
    'Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "0123": OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown'
  it.each<[string, unknown, object]>([
    [
      'an exit code',
      failure('command terminated with non-zero exit code: command terminated with exit code 3', [
        { reason: 'ExitCode', message: '3' },
      ]),
      { kind: 'exited', exitCode: 3 },
    ],
    ['a missing program on containerd', failure(noShell), { kind: 'no-binary' }],
    [
      'a missing program with a path',
      failure('exec failed: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown'),
      { kind: 'no-binary' },
    ],
    [
      'a container that is not there',
      failure('unable to upgrade connection: container not found ("c")'),
      { kind: 'failed', reason: 'container-missing' },
    ],
    ['anything else', failure('the node is away'), { kind: 'failed', reason: 'other' }],
  ])('%s', (_name, status, result) => {
    expect(readStatus(status, '', '')).toMatchObject(result)
  })

  it('a missing program on Docker-based nodes comes as exit code 126', () => {
    const status = failure('command terminated with exit code 126', [{ reason: 'ExitCode', message: '126' }])
    expect(
      readStatus(
        status,
        'OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: exec: "sh": executable file not found in $PATH: unknown\r\n',
        '',
      ),
    ).toMatchObject({ kind: 'no-binary' })
    expect(readStatus(status, 'sh: ./x: Permission denied', '')).toMatchObject({ kind: 'exited', exitCode: 126 })
  })
})
