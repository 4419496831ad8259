import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Session } from '../engine/session.types.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import { workshopFolder } from './place.ts'
import type { WorkOptions } from './work.ts'

/** The person's own shell in the working folder, with kubectl pointed at the place; comes back when it ends. */
export async function openShell(session: Session, options: WorkOptions, { io }: CommandContext): Promise<void> {
  const { kubeconfig, name, isSandbox } = session.get().place
  const windows = process.platform === 'win32'
  const shell = windows ? (io.env.COMSPEC ?? 'cmd.exe') : (io.env.SHELL ?? '/bin/sh')
  io.stdout.write(
    `kubectl works on ${isSandbox ? 'the sandbox' : name} here. Leave this shell (exit, Ctrl-D) to come back.\n`,
  )
  await letGo(io.stdin)
  const home = homeFolder(options.home, io.env)
  const chosen = isSandbox ? null : await chooseContext(home, name)
  const child = spawn(shell, [], {
    stdio: 'inherit',
    cwd: workshopFolder(home),
    env: {
      ...io.env,
      KUBECONFIG: chosen ? `${chosen}${delimiter}${kubeconfig}` : kubeconfig,
      KUBERC: 'off',
      HIPSTER_WORKSHOP_SHELL: '1',
    },
  })
  // Ctrl-C belongs to what runs in the shell: also where the shell shares our job, it does not end the workshop.
  const ours = process.listeners('SIGINT') as NodeJS.SignalsListener[]
  const ignore = () => {}
  process.removeAllListeners('SIGINT')
  process.on('SIGINT', ignore)
  try {
    await once(child, 'exit')
  } finally {
    process.off('SIGINT', ignore)
    for (const listener of ours) process.on('SIGINT', listener)
    if (chosen) await rm(chosen, { force: true })
  }
}

/**
 * A read of ours that still waits for a key would take the first one from the shell; where the shell has a job of its
 * own it would even stop us (SIGTTIN). Only a stream that flowed and is paused really stops reading.
 */
async function letGo(stdin: NodeJS.ReadStream): Promise<void> {
  stdin.resume()
  stdin.pause()
  await new Promise((resolve) => setImmediate(resolve))
}

/**
 * kubectl without --context takes the current one, which can be another cluster. The first file of KUBECONFIG that names
 * one wins: this one names the cluster of the workshop, and holds nothing else.
 */
async function chooseContext(home: string, name: string): Promise<string> {
  const file = join(home, `shell-${process.pid}.yaml`)
  const content = { apiVersion: 'v1', kind: 'Config', 'current-context': name }
  await writeFile(file, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  return file
}
