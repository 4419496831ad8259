import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxOptions, SimClock } from '../../../src/sandbox/contracts.ts'
import { makeSelfSigned, type SelfSigned } from '../../../src/sandbox/home/self-signed.ts'
import { createApiHandler } from '../../../src/sandbox/server/create-api-handler.ts'
import type { ApiHandlerDeps } from '../../../src/sandbox/server/handler.types.ts'
import { createStore, type MemoryStore } from '../../../src/sandbox/store/memory-store.ts'

const CLOCK: SimClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  scale: 0,
  sleep: () => Promise.resolve(),
}

export const TOKEN = 'test-token'

export interface TestApi {
  url: string
  port: number
  store: MemoryStore
  kubeconfig: string
  ca: string
  /** Cuts every open connection, as a flaky network does. */
  dropConnections(): void
  close(): Promise<void>
}

let certificate: SelfSigned | undefined

/** The API on a bare TLS listener, with a namespace `default` and a few tiers; no controllers run. */
export async function startApi(
  options: { calico?: SandboxOptions['calico']; deps?: Partial<ApiHandlerDeps> } = {},
): Promise<TestApi> {
  certificate ??= makeSelfSigned({
    commonName: '127.0.0.1',
    ips: ['127.0.0.1'],
    names: ['localhost'],
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
  })
  const { key, certificate: cert } = certificate
  const store = createStore({ clock: CLOCK })
  seed(store)
  const server = createServer({ key, cert, keepAliveTimeout: 60_000 })
  const handler = createApiHandler({
    store,
    clock: CLOCK,
    token: TOKEN,
    calico: options.calico ?? '3.32',
    hostPort: () => (server.address() as AddressInfo).port,
    ...options.deps,
  })
  server.on('request', (req, res) => handler.handleRequest(req, res))
  server.on('upgrade', (req, socket, head) => handler.handleUpgrade(req, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  return {
    url,
    port,
    store,
    ca: cert,
    kubeconfig: kubeconfigFor(url, cert, TOKEN),
    dropConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        handler.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function kubeconfigFor(url: string, ca: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    clusters: [
      { name: 'sandbox', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'admin' } }],
  })
}

function seed(store: MemoryStore): void {
  for (const name of ['default', 'kube-system']) {
    store.create('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
  }
  for (const [name, order, defaultAction] of [
    ['default', 1_000_000, 'Deny'],
    ['security', 100, 'Deny'],
  ] as const) {
    store.create('tiers.projectcalico.org', {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name },
      spec: { order, defaultAction },
      status: {},
    })
  }
}

export interface KubectlResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs real kubectl against the API with its own home; `fresh` starts with a cold discovery cache. */
export class Kubectl {
  readonly home: string
  readonly #binary: string
  #cache: string

  constructor(binary: string, kubeconfig: string) {
    this.#binary = binary
    this.home = mkdtempSync(join(tmpdir(), 'hw-kubectl-'))
    this.#cache = join(this.home, 'cache')
    writeFileSync(join(this.home, 'config'), kubeconfig, { mode: 0o600 })
  }

  run(
    args: readonly string[],
    options: { stdin?: string; env?: Record<string, string>; cold?: boolean } = {},
  ): Promise<KubectlResult> {
    if (options.cold) this.#cache = mkdtempSync(join(this.home, 'cache-'))
    return new Promise((resolve) => {
      const child = execFile(
        this.#binary,
        args,
        {
          env: {
            PATH: process.env.PATH,
            HOME: this.home,
            KUBECONFIG: join(this.home, 'config'),
            KUBECACHEDIR: this.#cache,
            KUBERC: 'off',
            ...options.env,
          },
          timeout: 20_000,
        },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      )
      child.stdin?.end(options.stdin ?? '')
    })
  }

  dispose(): void {
    rmSync(this.home, { recursive: true, force: true })
  }
}
