/** Finds the kubectl to use: $HW_KUBECTL, else the first on PATH, and asks its version. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { coerce, lt } from 'semver'
import { letGoAtExit } from './let-go.ts'

export type FoundKubectl =
  | { kind: 'found'; path: string; version: string }
  | { kind: 'too-old'; path: string; version: string; needed: string }
  | { kind: 'broken'; path: string; message: string }
  | { kind: 'missing'; tried: string }

/** 1.28 is the first that speaks OpenAPI v3 for apply; older ones need documents no small API serves. */
const oldestKubectl = '1.28.0'

export async function findKubectl(
  options: { path?: string | undefined; env?: Readonly<Record<string, string | undefined>>; signal?: AbortSignal } = {},
): Promise<FoundKubectl> {
  const env = options.env ?? process.env
  const named = options.path ?? env.HW_KUBECTL
  const path = named || onPath(env)
  if (!path) return { kind: 'missing', tried: 'neither HW_KUBECTL nor PATH has one' }
  try {
    const child = execa(path, ['version', '--client', '-o', 'json'], {
      env: { KUBERC: 'off', KUBECONFIG: '' },
      timeout: 15_000,
      ...(options.signal ? { cancelSignal: options.signal } : {}),
    })
    letGoAtExit(child)
    const { stdout } = await child
    const version: string | undefined = JSON.parse(stdout).clientVersion?.gitVersion
    if (!version) return { kind: 'broken', path, message: 'it does not say its version' }
    const plain = coerce(version)?.version ?? '0.0.0'
    return lt(plain, oldestKubectl)
      ? { kind: 'too-old', path, version, needed: oldestKubectl }
      : { kind: 'found', path, version }
  } catch (error) {
    options.signal?.throwIfAborted()
    const { code, shortMessage, message } = error as { code?: string; shortMessage?: string; message: string }
    if (code === 'ENOENT') return { kind: 'missing', tried: named ? `${named} is not there` : path }
    return { kind: 'broken', path, message: (shortMessage ?? message).split('\n')[0]! }
  }
}

function onPath(env: Readonly<Record<string, string | undefined>>): string | null {
  const names = process.platform === 'win32' ? ['kubectl.exe', 'kubectl.cmd'] : ['kubectl']
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        if (statSync(path).isFile()) return path
      } catch {
        // Not there: the next folder.
      }
    }
  }
  return null
}
