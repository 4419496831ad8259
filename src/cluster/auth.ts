/** Turns a loaded kubeconfig into what node:https and ws need: TLS options, headers and one keep-alive agent. */
import { Agent as HttpAgent } from 'node:http'
import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import { credentialsFailed } from '../errors/catalog/cluster.ts'
import type { LoadedKubeconfig } from './kubeconfig.ts'

export interface Credentials {
  headers: Record<string, string>
  agent: Agent | HttpAgent
}

export interface Auth {
  credentials(): Promise<Credentials>
  /** The server said 401: ask the plugin again. */
  forget(): void
  close(): void
}

/** How long a set of credentials is reused before the kubeconfig's plugin is asked again (it caches by itself too). */
const reuseMs = 30_000

export function createAuth(loaded: LoadedKubeconfig, now: () => number = () => performance.now()): Auth {
  let agent: { key: string; value: Agent | HttpAgent } | null = null
  let cached: { until: number; value: Promise<Credentials> } | null = null

  async function read(): Promise<Credentials> {
    const options: RequestOptions & { headers?: Record<string, string> } = {}
    try {
      await loaded.config.applyToHTTPSOptions(options as any)
    } catch (cause) {
      // What a plugin printed may hold a credential: only its first line is shown.
      const reason = cause instanceof Error ? cause.message.trim().split('\n')[0]! : String(cause)
      throw credentialsFailed(loaded.context, reason || 'the credential plugin failed without a word', cause)
    }
    const headers: Record<string, string> = { ...options.headers }
    if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
    return { headers, agent: agentFor(options) }
  }

  function agentFor(options: RequestOptions): Agent | HttpAgent {
    const proxied = loaded.config.getCurrentCluster()?.proxyUrl
    if (proxied) {
      // client-node built an agent that goes through the proxy; it only lacks keep-alive.
      const built = options.agent as Agent & { keepAlive: boolean }
      built.keepAlive = true
      return built
    }
    const tls: AgentOptions = {}
    for (const key of ['ca', 'cert', 'key', 'rejectUnauthorized', 'servername'] as const) {
      if (options[key] !== undefined) (tls as any)[key] = options[key]
    }
    const key = [tls.ca, tls.cert, tls.key, tls.rejectUnauthorized, tls.servername].map(String).join('|')
    if (agent?.key === key) return agent.value
    const plain = loaded.server.startsWith('http:')
    // One connection per request in flight, kept for the next; an exec takes an idle one over without a new handshake.
    const shared = {
      keepAlive: true,
      keepAliveMsecs: 30_000,
      maxFreeSockets: 64,
      scheduling: 'lifo' as const,
      noDelay: true,
    }
    agent = { key, value: plain ? new HttpAgent(shared) : new Agent({ ...shared, ...tls, maxCachedSessions: 100 }) }
    return agent.value
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
    },
    close() {
      agent?.value.destroy()
    },
  }
}
