import { join } from 'node:path'
import type { SandboxOptions } from '../contracts.ts'

/** The files of one sandbox. One folder per home and Calico: two of them never share anything. */
export interface Layout {
  folder: string
  kubeconfig: string
  certificate: string
  key: string
  token: string
  /** Snapshot, and the changes since. */
  state: string
  journal: string
  /** Who serves it: pid and port. Exists while somebody does. */
  server: string
  lock: string
  /** The port of the last time, so that kubectl's caches stay valid. */
  port: string
}

export function layoutOf(home: string, calico: SandboxOptions['calico']): Layout {
  const folder = join(home, `sandbox-${calico}`)
  const file = (name: string) => join(folder, name)
  return {
    folder,
    kubeconfig: file('kubeconfig'),
    certificate: file('tls.crt'),
    key: file('tls.key'),
    token: file('token'),
    state: file('state.json'),
    journal: file('journal.ndjson'),
    server: file('server.json'),
    lock: file('server.lock'),
    port: file('port'),
  }
}
