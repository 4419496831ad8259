/** Real clients on a sandbox: client-node in this process, kubectl beside it where one is found. */
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { Exec, KubeConfig } from '@kubernetes/client-node'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'

export function kubeConfigOf(sandbox: Sandbox): KubeConfig {
  const config = new KubeConfig()
  config.loadFromString(sandbox.kubeconfig)
  return config
}

export interface ExecEnd {
  stdout: string
  stderr: string
  status: any
}

/** One exec by client-node, to its status. */
export async function exec(
  config: KubeConfig,
  pod: { namespace: string; name: string; container: string },
  command: string[],
  options: { stdin?: string; tty?: boolean } = {},
): Promise<ExecEnd> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const text = { stdout: '', stderr: '' }
  stdout.on('data', (chunk) => {
    text.stdout += chunk
  })
  stderr.on('data', (chunk) => {
    text.stderr += chunk
  })
  const stdin = options.stdin === undefined ? null : Readable.from([options.stdin])
  const status = await new Promise((resolve, reject) => {
    new Exec(config)
      .exec(pod.namespace, pod.name, pod.container, command, stdout, stderr, stdin, options.tty ?? false, resolve)
      .then((socket) => socket.on('error', reject), reject)
  })
  return { ...text, status }
}

export const kubectl = process.env.HW_KUBECTL || onPath()
export const noKubectl = kubectl ? null : 'no kubectl: set HW_KUBECTL or put one on PATH'

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** One kubectl command on the sandbox of `home`. */
export function runKubectl(
  sandbox: Sandbox,
  home: string,
  args: string[],
  options: { stdin?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      KUBECONFIG: sandbox.kubeconfigPath,
      KUBECACHEDIR: join(home, 'kubectl-cache'),
      KUBERC: 'off',
      ...options.env,
    }
    const child = execFile(kubectl!, args, { env, timeout: 25_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
    child.stdin?.end(options.stdin ?? '')
  })
}

function onPath(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'kubectl'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
