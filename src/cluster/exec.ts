/**
 * exec over WebSocket, subprotocols v5 and v4. The invariant: `exited` only when the server sent the status frame; a
 * session that ends without one is `cut`, whatever was printed before.
 */
import WebSocket from 'ws'
import { escapeControl } from '../errors/escape.ts'
import type { ExecRequest, ExecResult } from './port.ts'
import { backoffMs, type Sleep } from './retry.ts'
import type { Transport } from './transport.ts'
import { describeNetworkError, toRefusal } from './transport.ts'

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const attempts = 5
type Failed = Extract<ExecResult, { kind: 'failed' }>

export async function execInPod(
  transport: Transport,
  request: ExecRequest,
  sleep: Sleep,
  signal?: AbortSignal,
): Promise<ExecResult> {
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted) return failed('cancelled', 'cancelled')
    const tried = await execOnce(transport, request, signal)
    if (tried.kind !== 'not-started') return tried
    // Refused before anything ran (429, 5xx, connection refused): the same again does no harm.
    if (attempt + 1 >= attempts) return failed('other', tried.message)
    if (tried.unauthorized) transport.auth.forget()
    try {
      await sleep(backoffMs(attempt, tried.retryAfter), signal)
    } catch {
      return failed('cancelled', 'cancelled')
    }
  }
}

type NotStarted = { kind: 'not-started'; message: string; retryAfter?: string | undefined; unauthorized?: boolean }

function failed(reason: Failed['reason'], message: string, stdout = '', stderr = ''): Failed {
  return { kind: 'failed', reason, message: escapeControl(message, { multiline: true }), stdout, stderr }
}

async function execOnce(
  transport: Transport,
  request: ExecRequest,
  signal?: AbortSignal,
): Promise<ExecResult | NotStarted> {
  let credentials: Awaited<ReturnType<Transport['auth']['credentials']>>
  try {
    credentials = await transport.auth.credentials()
  } catch (error) {
    return failed('other', (error as Error).message)
  }
  if (signal?.aborted) return failed('cancelled', 'cancelled')
  const socket = new WebSocket(execUrl(transport.server, request), protocols, {
    agent: credentials.agent,
    headers: { 'User-Agent': 'hipster-workshop', ...credentials.headers },
    perMessageDeflate: false,
    handshakeTimeout: 30_000,
    followRedirects: false,
  })

  return new Promise((resolve) => {
    const out: Buffer[] = []
    const err: Buffer[] = []
    let status: any
    let ended = false
    const stdout = () => Buffer.concat(out).toString('utf8')
    const stderr = () => Buffer.concat(err).toString('utf8')

    const finish = (result: ExecResult | NotStarted) => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.on('error', () => {})
      // After its last word a session is over: as kubectl does, the connection goes without a closing handshake.
      socket.terminate()
      resolve(result)
    }
    const onAbort = () => {
      finish(failed('cancelled', 'cancelled', stdout(), stderr()))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer =
      request.deadlineMs === undefined
        ? undefined
        : setTimeout(() => {
            finish(
              failed(
                'deadline',
                `the command did not end within ${Math.round(request.deadlineMs! / 1000)} s`,
                stdout(),
                stderr(),
              ),
            )
          }, request.deadlineMs)

    socket.on('open', () => {
      if (request.stdin === undefined) return
      socket.send(Buffer.concat([Buffer.of(0), Buffer.from(request.stdin)]))
      // Only v5 can say "end of input".
      if (socket.protocol === 'v5.channel.k8s.io') socket.send(Buffer.of(255, 0))
    })
    socket.on('message', (data: Buffer) => {
      const channel = data[0]
      if (channel === 1) out.push(data.subarray(1))
      else if (channel === 2) err.push(data.subarray(1))
      else if (channel === 3) {
        try {
          status = JSON.parse(data.subarray(1).toString('utf8'))
        } catch {
          status = { status: 'Failure', message: data.subarray(1).toString('utf8') }
        }
        finish(readStatus(status, stdout(), stderr()))
      }
    })
    socket.on('unexpected-response', (_sent, response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
      response.on('end', () => {
        const code = response.statusCode ?? 0
        const refusal = toRefusal({ status: code, headers: response.headers, text }, { method: 'GET', path: 'exec' })
        if (code === 401 || code === 429 || code >= 500) {
          finish({
            kind: 'not-started',
            message: refusal.message,
            retryAfter: response.headers['retry-after'],
            unauthorized: code === 401,
          })
        } else finish(failed(reasonOfUpgrade(code, refusal.message), refusal.message))
      })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const message = describeNetworkError(error)
      if (
        error.code === 'ECONNREFUSED' ||
        (error.code === 'ECONNRESET' && socket.readyState === WebSocket.CONNECTING)
      ) {
        finish({ kind: 'not-started', message })
      } else finish(failed('cut', message, stdout(), stderr()))
    })
    socket.on('close', (code) =>
      finish(failed('cut', `the session ended without a result (close ${code})`, stdout(), stderr())),
    )
  })
}

function execUrl(server: string, request: ExecRequest): string {
  const query = new URLSearchParams([
    ...request.command.map((part) => ['command', part] as [string, string]),
    ...(request.container === undefined ? [] : [['container', request.container] as [string, string]]),
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...(request.stdin === undefined ? [] : [['stdin', 'true'] as [string, string]]),
  ])
  return `${server.replace(/^http/, 'ws')}/api/v1/namespaces/${encodeURIComponent(request.namespace)}/pods/${encodeURIComponent(request.pod)}/exec?${query}`
}

function reasonOfUpgrade(code: number, message: string): Failed['reason'] {
  if (code === 403) return 'forbidden'
  if (code === 404) return 'pod-missing'
  if (code === 400 && /container .* is not valid|a container name must be specified/.test(message))
    return 'container-missing'
  return 'other'
}

/** The Status on channel 3: success, an exit code, or why the runtime could not start it. */
export function readStatus(status: any, stdout: string, stderr: string): ExecResult {
  if (status?.status === 'Success') return { kind: 'exited', exitCode: 0, stdout, stderr }
  const cause = (status?.details?.causes ?? []).find((entry: any) => entry.reason === 'ExitCode')
  const message: string = status?.message ?? 'the command failed without a reason'
  // Docker-based nodes give the runtime's complaint as output and exit 126.
  const runtime = `${message}\n${stdout}\n${stderr}`
  const missing =
    /executable file not found in \$PATH|exec: "[^"]*": (?:stat|fork\/exec) [^:]*: no such file or directory/.test(
      runtime,
    )
  if (cause) {
    const exitCode = Number(cause.message)
    if (exitCode === 126 && missing && /OCI runtime exec failed/.test(runtime))
      return { kind: 'no-binary', message: escapeControl(runtime.trim()) }
    return { kind: 'exited', exitCode, stdout, stderr }
  }
  if (missing) return { kind: 'no-binary', message: escapeControl(message) }
  if (/container not found \("/.test(message)) return failed('container-missing', message, stdout, stderr)
  return failed('other', message, stdout, stderr)
}
