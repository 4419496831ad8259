import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
  const child = spawn(shell, [], {
    stdio: 'inherit',
    cwd: workshopFolder(homeFolder(options.home, io.env)),
    env: { ...io.env, KUBECONFIG: kubeconfig, KUBERC: 'off', HIPSTER_WORKSHOP_SHELL: '1' },
  })
  // Ctrl-C belongs to what runs in the shell.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  try {
    await once(child, 'exit')
  } finally {
    process.off('SIGINT', ignore)
  }
}
