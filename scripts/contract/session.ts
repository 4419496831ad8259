import { WebSocket } from 'ws'
import type { ProcessEnd, ProcessIo } from '../../src/sandbox/contracts.ts'
import type { RecordedRequest } from './recording.ts'

/** One message of a recorded exec, attach or port-forward session. */
export interface Frame {
  dir?: string
  channel?: number
  len?: number
  text?: string
  base64?: string
  close?: number
}

const STDIN = 0
const ERROR = 3
const CLOSE = 255
const fromServer = (frame: Frame) => frame.dir?.startsWith('s') === true
const framesOf = (request: RecordedRequest) => (request.frames ?? []) as Frame[]

/** Base64 subprotocols number their channels with a digit: 49 is 1. */
function channelOf(frame: Frame): number {
  const channel = frame.channel ?? -1
  return channel >= 48 && channel < 58 ? channel - 48 : channel
}

function bytesOf(frame: Frame): Buffer {
  return frame.base64 === undefined ? Buffer.from(frame.text ?? '') : Buffer.from(frame.base64, 'base64')
}

/** What the recorded program did: its output between its input, and how it ended. The framing around it is the sandbox's. */
export async function playProgram(request: RecordedRequest, io: ProcessIo, signal: AbortSignal): Promise<ProcessEnd> {
  const input = io.stdin?.[Symbol.asyncIterator]()
  for (const frame of framesOf(request)) {
    const channel = channelOf(frame)
    if (!fromServer(frame) && channel === STDIN) await input?.next()
    if (!fromServer(frame) || frame.close !== undefined) continue
    if (channel === 1) io.stdout(frame.channel === 1 ? bytesOf(frame) : Buffer.from(frame.text ?? '', 'base64'))
    if (channel === 2) io.stderr(bytesOf(frame))
  }
  const last = statusFrame(request)
  if (!last) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const text = last?.channel === ERROR ? bytesOf(last).toString() : Buffer.from(last?.text ?? '', 'base64').toString()
  const notStarted = /unable to start container process: (.*): unknown/s.exec(parse(text)?.message ?? text)
  if (notStarted) return { kind: 'not-started', message: notStarted[1]! }
  return { kind: 'exited', code: Number(/exit code (\d+)/.exec(text)?.[1] ?? 0) }
}

/** The container named in the recording was not running. */
export function foundNoContainer(request: RecordedRequest): boolean {
  const last = statusFrame(request)
  return last !== undefined && /container not found/.test(bytesOf(last).toString())
}

function statusFrame(request: RecordedRequest): Frame | undefined {
  if (request.path.endsWith('/portforward')) return undefined
  return framesOf(request).findLast((frame) => fromServer(frame) && channelOf(frame) === ERROR && (frame.len ?? 0) > 0)
}

/** Opens the session, sends what the client sent, and compares what comes back. */
export function replaySession(
  request: RecordedRequest,
  path: string,
  target: { port: number },
  token: string,
): Promise<string[]> {
  const recorded = framesOf(request)
  const expected = recorded.filter((frame) => fromServer(frame) && frame.channel !== undefined)
  const offered = request.headers['sec-websocket-protocol']
  // `ws` takes no names with a slash, as the tunnel's: that one goes by hand.
  const names = offered && !offered.includes('/') ? offered.split(/\s*,\s*/) : []
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}${path}`, names, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(offered && names.length === 0 ? { 'sec-websocket-protocol': offered } : {}),
      },
    })
    const got: Frame[] = []
    let protocol: string | undefined
    let refused: string | undefined
    const closes = recorded.some((frame) => fromServer(frame) && frame.close !== undefined)
    // A session the client ended: nothing says when the server has said all.
    const leave = () => {
      if (!closes && got.length >= expected.length) socket.close(1000)
    }
    const timer = setTimeout(() => socket.terminate(), 2000)
    socket.on('upgrade', (res) => {
      protocol = res.headers['sec-websocket-protocol'] as string | undefined
    })
    socket.on('unexpected-response', (_req, res) => {
      refused = `status: expected 101, got ${res.statusCode}`
      socket.terminate()
    })
    socket.on('open', () => {
      if (protocol?.includes('channel.k8s.io') !== false) sendInput(socket, recorded)
      leave()
    })
    socket.on('message', (data: Buffer, binary: boolean) => {
      got.push({
        dir: 's',
        channel: data[0]!,
        len: data.length - 1,
        ...(binary ? { base64: data.subarray(1).toString('base64') } : { text: data.subarray(1).toString() }),
      })
      leave()
    })
    socket.on('error', (error) => {
      // `ws` itself refuses subprotocols with a slash in their name: the upgrade answered them all the same.
      refused ??= protocol === undefined ? String(error) : undefined
    })
    socket.on('close', (code) => {
      clearTimeout(timer)
      resolve(refused ? [refused] : compare(request, { protocol, got, code: closes ? code : undefined }))
    })
  })
}

function sendInput(socket: WebSocket, frames: readonly Frame[]): void {
  for (const frame of frames) {
    if (fromServer(frame) || frame.channel === undefined || frame.close !== undefined) continue
    const ends = frame.channel === CLOSE
    socket.send(Buffer.concat([Buffer.from([frame.channel]), ends ? Buffer.from([STDIN]) : bytesOf(frame)]))
  }
}

function compare(
  request: RecordedRequest,
  actual: { protocol: string | undefined; got: readonly Frame[]; code: number | undefined },
): string[] {
  const problems: string[] = []
  const same = (what: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b))
      problems.push(`${what}: expected ${JSON.stringify(a)}, got ${JSON.stringify(b)}`)
  }
  const frames = framesOf(request).filter((frame) => fromServer(frame))
  same('subprotocol', request.response.subprotocol, actual.protocol)
  same('channels', channelOrder(frames.filter((frame) => frame.channel !== undefined)), channelOrder(actual.got))
  const close = frames.find((frame) => frame.close !== undefined)?.close
  if (close !== undefined) same('close code', close, actual.code)
  const status = (all: readonly Frame[]) => {
    const last = all.findLast((frame) => channelOf(frame) === ERROR && (frame.len ?? 0) > 0)
    return last
      ? bytesOf(last)
          .toString()
          .replace(/[0-9a-f]{64}/g, '<id>')
      : undefined
  }
  if (!request.path.endsWith('/portforward')) {
    const [a, b] = [status(frames), status(actual.got)]
    same('status', a === undefined ? a : (parse(a) ?? a), b === undefined ? b : (parse(b) ?? b))
  }
  return problems
}

/** Neighbours of one channel count as one: where output is cut into messages is chance. */
function channelOrder(frames: readonly Frame[]): (number | undefined)[] {
  return frames.map((frame) => frame.channel).filter((channel, index, all) => index === 0 || channel !== all[index - 1])
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
