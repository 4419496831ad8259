import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { sandboxHomeUnusable, sandboxInUse, sandboxShopMissing } from '../errors/catalog/sandbox.ts'
import { createRegistry } from './api/registry/registry.ts'
import { createCalicoHooks } from './calico/admit.ts'
import type { Sandbox, SandboxOptions } from './contracts.ts'
import { createFaults } from './faults.ts'
import { answersAsOurs } from './home/ask-server.ts'
import { type Certificate, loadCertificate } from './home/certificate.ts'
import { kubeconfigText } from './home/kubeconfig.ts'
import { type Layout, layoutOf } from './home/layout.ts'
import { listen, trackSockets } from './home/listener.ts'
import { acquireLock, isAlive, type LockOutcome, readServer, type ServerLock } from './home/server-lock.ts'
import { keepState, loadState } from './home/state-store.ts'
import { loadToken } from './home/token.ts'
import { readIfThere, writeFileAtomic } from './home/write-file.ts'
import { type Life, startLife } from './life/life.ts'
import { createPodHook } from './life/pods/pod-hook.ts'
import { readyMadeCluster } from './life/seed/ready-made.ts'
import { seedCluster, seedImages } from './life/seed/seed-cluster.ts'
import { plantShop } from './life/seed/shop.ts'
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
  const owner = Number.parseInt(readIfThere(layout.lock) ?? '', 10)
  if (isAlive(owner) && readServer(layout)) throw sandboxInUse(layout.folder, owner)
  rmSync(layout.state, { force: true })
  rmSync(layout.journal, { force: true })
}

async function lockHome(layout: Layout): Promise<LockOutcome> {
  try {
    mkdirSync(layout.folder, { recursive: true, mode: 0o700 })
    return await acquireLock(layout, {
      // Read each time: whoever starts to serve may just be making them.
      async isServing({ port }) {
        const certificate = readIfThere(layout.certificate)
        const token = readIfThere(layout.token)?.trim()
        return certificate !== undefined && token !== undefined && (await answersAsOurs(port, certificate, token))
      },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: new Date(),
    })
  } catch (error) {
    throw sandboxHomeUnusable(layout.folder, error)
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
  const restored = layout ? loadState(layout, store, notice) : false
  const installed = restored || installReadyMade(store, options, certificate, clock.now())

  const network = createNetwork({
    store,
    clock,
    ...(options.enforcementDelayMs === undefined ? {} : { enforcementDelayMs: options.enforcementDelayMs }),
    ...(options.keepsConnections === undefined ? {} : { keepsConnections: options.keepsConnections }),
  })
  const runner = createProcessRunner({ store, clock, network })
  if (!installed) seedCluster(store, clock, calico)
  if (options.withShop) plant(store, options)
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
  if (!installed || options.withShop) await clock.atOnce(() => life.settled())

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
  port = await listen(server, options.port, layout)

  const keeper = layout ? keepState(layout, store, calico) : null
  const url = `https://127.0.0.1:${port}`
  const kubeconfig = kubeconfigText({ url, certificate: certificate.certificate, token, calico })
  if (layout) writeFileAtomic(layout.kubeconfig, kubeconfig)
  lock?.announce(port)

  let closed: Promise<void> | undefined
  return {
    url,
    kubeconfigPath: layout?.kubeconfig ?? '',
    kubeconfig,
    calico,
    owned: true,
    faultsInjected: () => faults.counts(),
    requestsSeen: () => faults.requests(),
    settled: () => life.settled(),
    close() {
      closed ??= end({ life, handler, network, server, sockets, keeper, lock })
      return closed
    },
  }
}

interface Parts {
  life: Life
  handler: { close(): void }
  network: { close(): void }
  server: Server
  sockets: Set<Duplex>
  keeper: { close(): void } | null
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

function installReadyMade(
  store: MemoryStore,
  { calico, readyMade }: SandboxOptions,
  { certificate }: Certificate,
  now: Date,
): boolean {
  const cluster = readyMadeCluster(calico, { certificate, now, folder: readyMade })
  if (cluster) store.restore(cluster)
  return cluster !== undefined
}

function plant(store: MemoryStore, options: SandboxOptions): void {
  const folder = options.shopManifests ?? packagedShop()
  try {
    plantShop(store, createRegistry(options.calico), folder)
  } catch (error) {
    throw sandboxShopMissing(folder, error)
  }
}

/** Beside `dist` in the package, two folders up in the sources. */
function packagedShop(): string {
  const places = ['../manifests/shop', '../../manifests/shop'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return places.find((path) => existsSync(path)) ?? places[0]!
}

/** A defect in the simulation must not pass for a verdict: it is said loudly, and the sandbox goes on. */
function reportBug(error: unknown): void {
  const warning = error instanceof Error ? error : new Error(String(error))
  process.emitWarning(`defect in the sandbox: ${warning.stack ?? warning.message}`, { code: 'SANDBOX_BUG' })
}
