import type { ProcessIo } from '../contracts.ts'
import { ByteQueue } from './byte-queue.ts'
import { channels, sendsStatus } from './channel-protocol.ts'
import type { ChannelSocket } from './channel-socket.ts'
import { internalStatus, type SessionStatus } from './exec-status.ts'
import type { SessionOptions } from './session-options.ts'

const EMPTY = new Uint8Array(0)
/** More than this is not held back to be joined with what follows. */
const LARGEST_HELD = 32 * 1024
const encoder = new TextEncoder()

/** The streams of one exec or attach, between a channel socket and a simulated program. */
export interface Session {
  readonly io: ProcessIo
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
  /** Sends the status and closes. */
  finish(status: SessionStatus): void
}

/** Opens a session, or ends it with a status when it asks for no stream at all. */
export function openSession(socket: ChannelSocket, options: SessionOptions): Session | null {
  const gone = new AbortController()
  let finished = false
  // Once all is said nobody waits for the client to go.
  socket.onClose = () => {
    if (!finished) gone.abort(new Error('the client closed the connection'))
  }
  const output = joinedOutput(socket)
  const finish = (status: SessionStatus) => {
    finished = true
    output.flush()
    const text = sendsStatus(socket.protocol) ? JSON.stringify(status) : (status.message ?? '')
    if (text !== '') socket.send(channels.error, encoder.encode(text))
    socket.end()
  }
  // The first message is empty, on the lowest channel that carries output.
  socket.send(options.stdout ? channels.stdout : options.stderr ? channels.stderr : channels.error, EMPTY)
  if (!options.stdin && !options.stdout && !options.stderr) {
    finish(internalStatus('unable to upgrade connection: you must specify at least 1 of stdin, stdout, stderr'))
    return null
  }

  const resizeListeners = new Set<(size: { width: number; height: number }) => void>()
  let size: { width: number; height: number } | undefined
  const input = options.stdin ? new ByteQueue() : null

  socket.onMessage = (channel, data) => {
    if (channel === channels.stdin) input?.push(Uint8Array.from(data))
    else if (channel === channels.resize) {
      size = parseSize(data) ?? size
      if (size) for (const listener of resizeListeners) listener(size)
    } else if (channel === channels.close && data[0] === channels.stdin) input?.end()
  }
  gone.signal.addEventListener('abort', () => input?.end(), { once: true })

  const write = (channel: number, wanted: boolean) => (data: string | Uint8Array) => {
    if (wanted && data.length > 0) output.write(channel, data)
  }
  const stdout = write(channels.stdout, options.stdout)
  return {
    io: {
      stdin: input,
      stdout,
      stderr: options.tty ? stdout : write(channels.stderr, options.stderr),
      tty: options.tty,
      ...(options.tty
        ? {
            onResize: (listener: (size: { width: number; height: number }) => void) => {
              resizeListeners.add(listener)
              if (size) listener(size)
            },
          }
        : {}),
    },
    signal: gone.signal,
    finish,
  }
}

/**
 * What a program writes before anybody can read becomes one message, as with the pipe of a real container: a probe
 * script's dozens of small writes would cost more than all the rest of its exec.
 */
function joinedOutput(socket: ChannelSocket): {
  write(channel: number, data: string | Uint8Array): void
  flush(): void
} {
  let held: (string | Uint8Array)[] = []
  let size = 0
  let heldChannel = 0
  const flush = () => {
    if (held.length === 0) return
    const bytes = held.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece))
    held = []
    size = 0
    socket.send(heldChannel, bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes))
  }
  return {
    flush,
    write(channel, data) {
      if (channel !== heldChannel || size > LARGEST_HELD) flush()
      if (held.length === 0) setImmediate(flush)
      heldChannel = channel
      held.push(data)
      size += data.length
    },
  }
}

function parseSize(data: Uint8Array): { width: number; height: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(Buffer.from(data).toString('utf8'))
    return Number.isInteger(Width) && Number.isInteger(Height) ? { width: Width, height: Height } : undefined
  } catch {
    return undefined
  }
}
