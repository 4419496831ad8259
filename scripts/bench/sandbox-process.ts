import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { WebSocket } from 'ws'
import { root } from './shared.ts'

/** The sandbox alone, bundled as the program's build does it, in a folder that is removed afterwards. */
export async function withSandboxBundle<Result>(use: (bundle: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(root, 'node_modules', '.hw-bench-'))
  try {
    const input = join(root, 'src/sandbox/create-sandbox.ts')
    const build = await rolldown({ input, platform: 'node', external: [/^node:/], onLog() {} })
    const file = join(folder, 'sandbox.mjs')
    await build.write({ file, format: 'esm', minify: true, codeSplitting: false })
    await build.close()
    cpSync(join(root, 'dist/clusters'), join(folder, 'clusters'), { recursive: true })
    return await use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Usage {
  cpuMs: number
  rssMb: number
}

export interface Call {
  method?: string
  path: string
  body?: object
  type?: string
  accept?: string
}

/** A sandbox on a new home, in a process of its own. */
export interface SandboxProcess {
  start: { ms: number; cpuMs: number }
  /** The answer's size; a refusal is an error. */
  call(call: Call): Promise<number>
  exec(path: string): Promise<string>
  usage(settle?: boolean): Promise<Usage>
  close(): Promise<void>
}

export async function startSandbox(bundle: string): Promise<SandboxProcess> {
  const home = mkdtempSync(join(tmpdir(), 'hw-bench-'))
  const script = fileURLToPath(new URL('serve-sandbox.mjs', import.meta.url))
  const child = fork(script, [bundle, home], { execArgv: [] })
  const [{ url, token, ms, cpuMs }] = (await once(child, 'message')) as [
    { url: string; token: string; ms: number; cpuMs: number },
  ]
  const agent = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false })
  const headers = { authorization: `Bearer ${token}` }
  return {
    start: { ms, cpuMs },
    call: ({ method = 'GET', path, body, type = 'application/json', accept = 'application/json' }) =>
      new Promise((resolve, reject) => {
        const all = { ...headers, accept, ...(body ? { 'content-type': type } : {}) }
        const sent = request(`${url}${path}`, { method, agent, headers: all }, (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk) => chunks.push(chunk))
          answer.on('end', () => {
            const text = Buffer.concat(chunks)
            if ((answer.statusCode ?? 0) < 300) resolve(text.length)
            else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.toString().slice(0, 300)}`))
          })
        })
        sent.on('error', reject)
        sent.end(body && JSON.stringify(body))
      }),
    exec: (path) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`wss${url.slice(5)}${path}`, ['v5.channel.k8s.io'], {
          headers,
          rejectUnauthorized: false,
        })
        let text = ''
        socket.on('message', (data: Buffer) => {
          text += data.subarray(1).toString()
        })
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
      }),
    usage: async (settle = false) => {
      child.send(settle ? 'settle' : 'usage')
      const [usage] = (await once(child, 'message')) as [Usage]
      return usage
    },
    async close() {
      agent.destroy()
      await ended(child)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}
