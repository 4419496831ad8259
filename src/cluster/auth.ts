/** Turns a loaded kubeconfig into what node:https and ws need: headers and one keep-alive agent with its TLS options. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { credentialsFailed } from '../errors/catalog/cluster.ts'
import type { LoadedKubeconfig } from './kubeconfig.ts'
import { trustedRoots } from './trusted-roots.ts'

interface Credentials {
  headers: Record<string, string>
  agent: Agent | HttpAgent
}

export interface Auth {
  credentials(): Promise<Credentials>
  /** The server said 401: read tokens and ask plugins again. */
  forget(): void
  close(): void
}

type Tls = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & Pick<RequestOptions, 'rejectUnauthorized' | 'servername'>

interface Read {
  headers: Record<string, string>
  tls: Tls
  /** Built by client-node when a proxy is in between. */
  agent?: Agent
}

/** How long a set of credentials is used before files and plugins are asked again (plugins cache by themselves too). */
const reuseMs = 30_000

export function createAuth(
  loaded: LoadedKubeconfig,
  now: () => number = () => performance.now(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Auth {
  const { cluster } = loaded
  const namesAuthority =
    cluster['certificate-authority'] !== undefined || cluster['certificate-authority-data'] !== undefined
  const asksRoots = loaded.server.startsWith('https:') && !namesAuthority && !cluster['insecure-skip-tls-verify']
  const roots = asksRoots ? trustedRoots(env) : undefined
  let agent: { key: string; value: Agent | HttpAgent } | null = null
  let cached: { until: number; value: Promise<Credentials> } | null = null
  let byClientNode: (() => Promise<Read>) | null = null
  const plugins = new Set<ChildProcess>()

  async function read(): Promise<Credentials> {
    let result: Read
    try {
      if (isPlain(loaded)) result = readPlain(loaded)
      else {
        byClientNode ??= await clientNodeReader(withRoots(loaded, roots), plugins)
        result = await byClientNode()
      }
    } catch (cause) {
      // What a plugin printed may hold a credential: only its first line is shown, and nothing else is carried along.
      const reason = cause instanceof Error ? cause.message.trim().split('\n')[0]! : String(cause)
      throw credentialsFailed(loaded.context, reason || 'the credential plugin failed without a word')
    }
    return { headers: result.headers, agent: result.agent ?? agentFor(result.tls) }
  }

  function agentFor(tls: Tls): Agent | HttpAgent {
    const key = [tls.ca, tls.cert, tls.key, tls.rejectUnauthorized, tls.servername].map(String).join('|')
    if (agent?.key === key) return agent.value
    // One connection per request in flight, kept for the next; an exec takes an idle one over without a new handshake.
    const shared: AgentOptions = {
      keepAlive: true,
      keepAliveMsecs: 30_000,
      maxFreeSockets: 64,
      scheduling: 'lifo',
      noDelay: true,
    }
    if (loaded.server.startsWith('http:')) {
      agent = { key, value: new HttpAgent(shared) }
      return agent.value
    }
    const { ca, cert, key: privateKey, ...rest } = tls
    // Parsed once: every exec is a connection of its own.
    const secureContext = createSecureContext({
      ...(ca ? { ca } : roots ? { ca: roots } : {}),
      ...(cert ? { cert } : {}),
      ...(privateKey ? { key: privateKey } : {}),
    })
    const value = new Agent({ ...shared, ...rest, secureContext, maxCachedSessions: 100 })
    agent = { key, value }
    return value
  }

  return {
    credentials() {
      if (cached && now() < cached.until) return cached.value
      const value = read()
      cached = { until: now() + reuseMs, value }
      value.catch(() => {
        cached = null
      })
      return value
    },
    forget() {
      cached = null
      byClientNode = null
    },
    close() {
      agent?.value.destroy()
      for (const plugin of plugins) endPlugin(plugin)
    },
  }
}

/** One that is still asking for a login would keep the program from ending; what it started itself may hold its pipes. */
function endPlugin(plugin: ChildProcess): void {
  plugin.kill()
  plugin.stdout?.destroy()
  plugin.stderr?.destroy()
  plugin.unref()
}

function withRoots(loaded: LoadedKubeconfig, roots: readonly string[] | undefined): LoadedKubeconfig {
  if (!roots) return loaded
  const data = Buffer.from(roots.join('\n')).toString('base64')
  return { ...loaded, cluster: { ...loaded.cluster, 'certificate-authority-data': data } }
}

function isPlain({ user, cluster }: LoadedKubeconfig): boolean {
  return user.exec === undefined && user['auth-provider'] === undefined && cluster['proxy-url'] === undefined
}

/** Token, token file, client certificate, basic, impersonation: no library needed. */
function readPlain({ user, cluster }: LoadedKubeconfig): Read {
  const headers: Record<string, string> = {}
  // A token file wins over a token, and is read again: mounted ones are renewed.
  const token = user.tokenFile ? readFileSync(user.tokenFile, 'utf8').trim() : user.token
  if (token) headers.Authorization = `Bearer ${token}`
  else if (user.username)
    headers.Authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
  if (user.as) headers['Impersonate-User'] = user.as
  const ca = fileOrData(cluster['certificate-authority'], cluster['certificate-authority-data'])
  const cert = fileOrData(user['client-certificate'], user['client-certificate-data'])
  const key = fileOrData(user['client-key'], user['client-key-data'])
  return {
    headers,
    tls: {
      ...(ca ? { ca } : {}),
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
      ...(cluster['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : {}),
      ...(cluster['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
    },
  }
}

/** Data wins over a file, as in kubectl. */
function fileOrData(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64')
  return file ? readFileSync(file) : undefined
}

async function clientNodeReader(
  { context, cluster, user }: LoadedKubeconfig,
  plugins: Set<ChildProcess>,
): Promise<() => Promise<Read>> {
  const { KubeConfig } = await import('./client-node.ts')
  const config = new KubeConfig()
  notePlugins(config, plugins)
  config.loadFromString(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'cluster', cluster }],
      users: [
        { name: 'user', user: user.tokenFile ? { ...user, token: readFileSync(user.tokenFile, 'utf8').trim() } : user },
      ],
      contexts: [{ name: context, context: { cluster: 'cluster', user: 'user' } }],
      'current-context': context,
    }),
  )
  return async () => {
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options as any)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value)
    if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
    const tls: Tls = {}
    for (const key of ['ca', 'cert', 'key', 'rejectUnauthorized', 'servername'] as const) {
      if (options[key] !== undefined) (tls as Record<string, unknown>)[key] = options[key]
    }
    if (cluster['proxy-url'] === undefined) return { headers, tls }
    const agent = options.agent as Agent & { keepAlive: boolean }
    agent.keepAlive = true
    return { headers, tls, agent }
  }
}

/** client-node keeps no hold of the plugins it starts; its own tests replace `execFn` as well. */
function notePlugins(config: object, plugins: Set<ChildProcess>): void {
  const { authenticators = [] } = config as { authenticators?: { execFn?: typeof spawn }[] }
  for (const authenticator of authenticators) {
    if (authenticator.execFn === undefined) continue
    authenticator.execFn = ((command: string, args: string[], options: object) => {
      const plugin = spawn(command, args ?? [], options)
      plugins.add(plugin)
      plugin.once('close', () => plugins.delete(plugin))
      return plugin
    }) as typeof spawn
  }
}
