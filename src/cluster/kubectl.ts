/** Carries operations out with the user's kubectl: its output is passed on line by line, its failures get a hint. */
import { execa } from 'execa'
import { classifyFailure, failureHint } from './failure-hint.ts'
import { letGoAtExit } from './let-go.ts'
import type { Executor, Operation, OperationResult, OutputChunk, RunOptions } from './port.ts'
import type { Sleep } from './retry.ts'
import { toKubectlArgs } from './to-kubectl-args.ts'

export interface KubectlOptions {
  path: string
  context: string
  /** The files, joined as KUBECONFIG wants them. */
  kubeconfig: string
  workdir?: string | undefined
  /** Own discovery cache: kubectl's is kept by host and port, and the sandbox changes what it serves. */
  cacheDir?: string | undefined
  isSandbox: boolean
  sleep: Sleep
}

interface Ran {
  exitCode: number
  stdout: string
  stderr: string
}

export function createKubectlExecutor(options: KubectlOptions): Executor {
  async function kubectl(args: readonly string[], { signal, onOutput }: RunOptions = {}): Promise<Ran> {
    signal?.throwIfAborted()
    const child = execa(options.path, ['--context', options.context, ...args], {
      reject: false,
      stdin: 'ignore',
      env: environment(options),
      ...(options.workdir === undefined ? {} : { cwd: options.workdir }),
      // Ctrl-C: kubectl gets the same signal a terminal would send it, and less time to end than the program takes itself.
      ...(signal ? { cancelSignal: signal } : {}),
      killSignal: 'SIGINT',
      forceKillAfterDelay: 1500,
      stripFinalNewline: false,
    })
    letGoAtExit(child)
    const forward = async (stream: OutputChunk['stream']) => {
      for await (const line of child.iterable({ from: stream })) onOutput?.({ stream, text: `${line}\n` })
    }
    const [result] = await Promise.all([child, forward('stdout').catch(() => {}), forward('stderr').catch(() => {})])
    signal?.throwIfAborted()
    if (result.exitCode === undefined) {
      const message = result.shortMessage ?? 'kubectl could not be started'
      return { exitCode: 126, stdout: '', stderr: message }
    }
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr }
  }

  return {
    via: 'kubectl',
    async run(operation, runOptions = {}) {
      const args = toKubectlArgs(operation, undefined, 'absolute')
      switch (operation.kind) {
        case 'run-pod':
        case 'create-namespace':
          return createOnce(kubectl, operation, args, runOptions)
        case 'restart':
          return restart(kubectl, operation, args, runOptions, options.sleep)
        default:
          return toResult(await kubectl(args, runOptions))
      }
    },
  }
}

type Kubectl = (args: readonly string[], options?: RunOptions) => Promise<Ran>

function environment(options: KubectlOptions): Record<string, string> {
  return {
    KUBECONFIG: options.kubeconfig,
    // 1.34 reads aliases and defaults from ~/.kube/kuberc: the line run must be the line shown.
    KUBERC: 'off',
    ...(options.cacheDir === undefined ? {} : { KUBECACHEDIR: options.cacheDir }),
    // The sandbox is on loopback; a proxy of the environment must not see its token.
    ...(options.isSandbox ? { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' } : {}),
  }
}

function toResult(ran: Ran): OperationResult {
  const changed = ran.stdout
    .split('\n')
    .filter((line) => / (created|configured|deleted|labeled|unlabeled|serverside-applied)\b/.test(line)).length
  if (ran.exitCode === 0) return { ok: true, exitCode: 0, changed }
  const message = ran.stderr.trim() || ran.stdout.trim() || `kubectl ended with exit code ${ran.exitCode}`
  const hint = failureHint({ message })
  return { ok: false, exitCode: ran.exitCode, changed, message, ...(hint ? { hint } : {}) }
}

/** `kubectl run` and `kubectl create` refuse what is there already; doing a step twice is fine. */
async function createOnce(
  kubectl: Kubectl,
  operation: Operation & { name: string },
  args: readonly string[],
  options: RunOptions,
): Promise<OperationResult> {
  const held: OutputChunk[] = []
  const ran = await kubectl(args, { ...options, onOutput: (chunk) => held.push(chunk) })
  const thing = operation.kind === 'run-pod' ? 'pod' : 'namespace'
  if (ran.exitCode !== 0 && classifyFailure({ message: ran.stderr }) === 'exists') {
    options.onOutput?.({ stream: 'stdout', text: `${thing}/${operation.name} unchanged (it is there already)\n` })
    return { ok: true, exitCode: 0, changed: 0 }
  }
  for (const chunk of held) options.onOutput?.(chunk)
  const result = toResult(ran)
  if (
    result.ok &&
    operation.kind === 'create-namespace' &&
    operation.labels &&
    Object.keys(operation.labels).length > 0
  ) {
    const labels = Object.entries(operation.labels).map(([key, value]) => `${key}=${value}`)
    return toResult(await kubectl(['label', 'namespace', operation.name, ...labels, '--overwrite'], options))
  }
  return result
}

/** kubectl's delete returns when the pods are gone; their replacements may not exist yet, which `wait` calls an error. */
async function restart(
  kubectl: Kubectl,
  operation: Extract<Operation, { kind: 'restart' }>,
  args: readonly string[],
  options: RunOptions,
  sleep: Sleep,
): Promise<OperationResult> {
  const deleted = toResult(await kubectl(args, options))
  if (!deleted.ok) return deleted
  const quiet: RunOptions = options.signal ? { signal: options.signal } : {}
  for (let attempt = 0; attempt < 20; attempt++) {
    const held: OutputChunk[] = []
    const ran = await kubectl(
      ['wait', '--for=condition=Ready', 'pods', '-n', operation.namespace, '-l', operation.selector, '--timeout=180s'],
      { ...quiet, onOutput: (chunk) => held.push(chunk) },
    )
    // Nothing there yet, or a pod that left while we looked.
    if (ran.exitCode !== 0 && /no matching resources found|\(NotFound\)/.test(ran.stderr)) {
      await sleep(250, options.signal)
      continue
    }
    for (const chunk of held) options.onOutput?.(chunk)
    return { ...toResult(ran), changed: deleted.changed ?? 0 }
  }
  return {
    ok: false,
    exitCode: 1,
    changed: deleted.changed ?? 0,
    message: `No new pod appeared for ${operation.selector} in ${operation.namespace}.`,
    hint: 'A pod that nothing owns does not come back by itself: make it again.',
  }
}
