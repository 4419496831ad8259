/** Around runs of the built program: its sandbox in another process, kills, and dumps of everything it holds. */
import { spawnSync } from 'node:child_process'
import { root, startProgram } from './program.ts'

/** Killed at the first action of the step; a process that is gone by then was not killed. */
export function killAt(args: string[], step: number): Promise<'killed' | 'ended'> {
  return new Promise((resolve) => {
    const child = startProgram(args)
    let text = ''
    child.stdout!.on('data', (chunk) => {
      text += chunk
      if (new RegExp(`"step":${step},"type":"action-started"`).test(text)) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => resolve(signal === 'SIGKILL' ? 'killed' : 'ended'))
  })
}

/** The sandbox of a home in a process of its own. */
export interface Serving {
  kubeconfig: string
  stop(): Promise<void>
  /** As a crash would. */
  kill(): Promise<void>
}

export async function startServing(home: string): Promise<Serving> {
  const server = startProgram(['sandbox', '--home', home, '--time-scale', '0', '-o', 'json'])
  const closed = new Promise<void>((resolve) => server.on('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.stdout!.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.split('\n')[0]!)
    })
    server.on('close', () => reject(new Error(`the sandbox ended: ${text}`)))
  })
  const end = async (signal: 'SIGINT' | 'SIGKILL') => {
    server.kill(signal)
    await closed
  }
  return { kubeconfig: JSON.parse(line).kubeconfig, stop: () => end('SIGINT'), kill: () => end('SIGKILL') }
}

/** With the sandbox of this home running in a process of its own. */
export async function whileServing(home: string, work: (kubeconfig: string) => Promise<void>): Promise<void> {
  const server = await startServing(home)
  try {
    await work(server.kubeconfig)
  } finally {
    await server.stop()
  }
}

/** All objects of the sandbox, without what differs between equal states. */
export async function dump(place: string[]): Promise<string[]> {
  const home = place[1]!
  const objects: string[] = []
  await whileServing(home, async (kubeconfig) => {
    const result = spawnSync(process.execPath, [`${root}scripts/dump-api.mjs`, kubeconfig], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
    if (result.status !== 0) throw new Error(result.stderr)
    objects.push(...result.stdout.split('\n').filter(Boolean))
  })
  return objects
}
