import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { sandboxHomeUnusable, sandboxInUse } from '../errors/catalog/sandbox.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import { createCalicoHooks } from './calico/admit.ts'
import type { Sandbox, SandboxOptions } from './contracts.ts'
import { createFaults } from './faults.ts'
import { askServer } from './home/ask-server.ts'
import { type Certificate, loadCertificate } from './home/certificate.ts'
import { keepState, type StateKeeper } from './home/keep-state.ts'
import { kubeconfigText } from './home/kubeconfig.ts'
import { type Layout, layoutOf } from './home/layout.ts'
import { listen, trackSockets } from './home/listener.ts'
import { loadState } from './home/load-state.ts'
import { acquireLock, isAlive, type LockOutcome, readServer, type ServerLock } from './home/server-lock.ts'
import { loadToken } from './home/token.ts'
import { readIfThere, writeFileAtomic } from './home/write-file.ts'
import { type Life, startLife } from './life/life.ts'
import { createPodHook } from './life/pods/pod-hook.ts'
import { installCluster, installShop } from './life/seed/install.ts'
import { seedImages } from './life/seed/seed-cluster.ts'
import { createProcessRunner } from './netexec/runner.ts'
import { createNetwork } from './network/network.ts'
import { createApiHandler } from './server/create-api-handler.ts'
import { createSimClock } from './sim-clock.ts'
import { createStore, type MemoryStore } from './store/memory-store.ts'
import { createStreams } from './streams/create-streams.ts'
import { switchClock } from './switch-clock.ts'

/**
 * A Kubernetes with Calico on 127.0.0.1, in this process; or, when another process serves this home already, a handle
 * on that one. `close` ends everything this process started.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.home === null) return serve(options, null, null)
  const layout = layoutOf(options.home, options.calico)
  const outcome = await lockHome(layout)
  if (outcome.kind === 'served') return attach(options, layout, outcome.server.port)
  try {
    return await serve(options, layout, outcome.lock)
  } catch (error) {
    outcome.lock.release()
    throw error
  }
}

/** Forgets the sandbox's state: the next start seeds it anew. Certificate, token and port stay, so kubeconfigs stay valid. */
export function resetSandbox(home: string, calico: SandboxOptions['calico']): void {
  const layout = layoutOf(home, calico)
  try {
    const owner = Number.parseInt(readIfThere(layout.lock) ?? '', 10)
    if (isAlive(owner) && readServer(layout)) throw sandboxInUse(layout.folder, owner)
    rmSync(layout.state, { force: true })
    rmSync(layout.journal, { force: true })
  } catch (error) {
    throw error instanceof WorkshopError ? error : sandboxHomeUnusable(layout.folder, error)
  }
}

async function lockHome(layout: Layout): Promise<LockOutcome> {
  try {
    mkdirSync(layout.folder, { recursive: true, mode: 0o700 })
    return await acquireLock(layout, {
      // Read each time: whoever starts to serve may just be making them.
      async ask({ port }) {
        const certificate = readIfThere(layout.certificate)
        const token = readIfThere(layout.token)?.trim()
        return certificate === undefined || token === undefined ? 'not-ours' : askServer(port, certificate, token)
      },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: new Date(),
    })
  } catch (error) {
    throw error instanceof WorkshopError ? error : sandboxHomeUnusable(layout.folder, error)
  }
}

function attach(options: SandboxOptions, layout: Layout, port: number): Sandbox {
  const url = `https://127.0.0.1:${port}`
  return {
    url,
    kubeconfigPath: layout.kubeconfig,
    kubeconfig: readFileSync(layout.kubeconfig, 'utf8'),
    calico: options.calico,
    owned: false,
    close: async () => undefined,
  }
}

function credentials(layout: Layout | null): { certificate: Certificate; token: string } {
  try {
    return { certificate: loadCertificate(layout, new Date()), token: loadToken(layout) }
  } catch (error) {
    if (layout) throw sandboxHomeUnusable(layout.folder, error)
    throw error
  }
}

async function serve(options: SandboxOptions, layout: Layout | null, lock: ServerLock | null): Promise<Sandbox> {
  const { calico } = options
  const { certificate, token } = credentials(layout)
  const onBug = (error: unknown) => reportBug(error)
  const clock = switchClock(createSimClock(options.timeScale))
  const store = createStore({ clock })
  const notice = options.onNotice ?? ((message: string) => process.emitWarning(message))
  const restored = layout !== null && restore(layout, store, notice)
  const isSettled = restored || installCluster(store, clock, options, certificate.certificate)
  if (options.withShop) installShop(store, options)

  const network = createNetwork({
    store,
    clock,
    ...(options.enforcementDelayMs === undefined ? {} : { enforcementDelayMs: options.enforcementDelayMs }),
    ...(options.keepsConnections === undefined ? {} : { keepsConnections: options.keepsConnections }),
  })
  const runner = createProcessRunner({ store, clock, network })
  const life = startLife({
    store,
    clock,
    runner,
    calico,
    certificate: certificate.certificate,
    seedImages: seedImages(calico),
    quiet: () => clock.instant,
    onBug,
  })
  // What was there before the first command is simply there: nobody watches a cluster being installed.
  if (!isSettled || options.withShop) await clock.atOnce(() => life.settled())
  let keeper: StateKeeper | null
  try {
    keeper = layout && keepState(layout, store, calico, notice)
  } catch (error) {
    life.close()
    network.close()
    throw sandboxHomeUnusable(layout!.folder, error)
  }

  const faults = createFaults(options.faults ?? {}, clock, options.random)
  const calicoHooks = createCalicoHooks({ calico, store })
  let port = 0
  const handler = createApiHandler({
    store,
    clock,
    token,
    calico,
    hostPort: () => port,
    hooks: { ...calicoHooks, admit: { ...calicoHooks.admit, pods: createPodHook(store) } },
    streams: createStreams({ store, clock, runner, network, life, cuts: faults.cuts, onBug }),
    onBug,
  })
  const server = createServer({ key: certificate.key, cert: certificate.certificate, ALPNProtocols: ['http/1.1'] })
  // Go clients keep connections for 90 s; a server that closes first makes them see resets.
  server.keepAliveTimeout = 120_000
  server.on(
    'request',
    faults.wrap((req, res) => handler.handleRequest(req, res)),
  )
  server.on('upgrade', (req, socket, head) => handler.handleUpgrade(req, socket, head))
  const sockets = trackSockets(server)
  const parts: Parts = { life, handler, network, server, sockets, keeper, lock }
  const url = () => `https://127.0.0.1:${port}`
  const kubeconfig = () => kubeconfigText({ url: url(), certificate: certificate.certificate, token, calico })
  try {
    port = await listen(server, options.port, layout)
    if (layout) announce(layout, kubeconfig(), lock, port)
  } catch (error) {
    await end(parts)
    throw error
  }

  let closed: Promise<void> | undefined
  return {
    url: url(),
    kubeconfigPath: layout?.kubeconfig ?? '',
    kubeconfig: kubeconfig(),
    calico,
    owned: true,
    faultsInjected: () => faults.counts(),
    requestsSeen: () => faults.requests(),
    settled: () => life.settled(),
    close() {
      closed ??= end(parts)
      return closed
    },
  }
}

function restore(layout: Layout, store: MemoryStore, notice: (message: string) => void): boolean {
  try {
    return loadState(layout, store, notice)
  } catch (error) {
    throw error instanceof WorkshopError ? error : sandboxHomeUnusable(layout.folder, error)
  }
}

function announce(layout: Layout, kubeconfig: string, lock: ServerLock | null, port: number): void {
  try {
    writeFileAtomic(layout.kubeconfig, kubeconfig)
    lock?.announce(port)
  } catch (error) {
    throw sandboxHomeUnusable(layout.folder, error)
  }
}

interface Parts {
  life: Life
  handler: { close(): void }
  network: { close(): void }
  server: Server
  sockets: Set<Duplex>
  keeper: StateKeeper | null
  lock: ServerLock | null
}

async function end({ life, handler, network, server, sockets, keeper, lock }: Parts): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
  handler.close()
  // State first: stopping the pods' processes must not be written down as their end.
  keeper?.close()
  life.close()
  network.close()
  for (const socket of sockets) socket.destroy()
  await stopped
  lock?.release()
}

/** A defect in the simulation must not pass for a verdict: it is said loudly, and the sandbox goes on. */
function reportBug(error: unknown): void {
  const warning = error instanceof Error ? error : new Error(String(error))
  process.emitWarning(`defect in the sandbox: ${warning.stack ?? warning.message}`, { code: 'SANDBOX_BUG' })
}
