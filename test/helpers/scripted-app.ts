/** The real screen on a real terminal, over a scripted session; run by the pty tests as a process of its own. */
import { setTimeout as delay } from 'node:timers/promises'
import { startScreen } from '../../src/ui/start.tsx'
import { loadTrack, packagedContentDir } from '../../src/workshop/load.ts'
import { createScriptedSession } from './scripted-session.ts'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
const track = loadTrack(process.env.HW_TEST_CONTENT ?? packagedContentDir(), 'calico')
const result = await startScreen({
  stdout: process.stdout,
  stdin: process.stdin,
  env: process.env,
  altScreen: process.env.HW_TEST_ALT !== 'no',
  tracks: [track],
  track: track.id,
  quiz: true,
  animate: true,
  signal: controller.signal,
  async connect(_, host) {
    host.progress('Starting the sandbox …')
    // `pace` 0 is as fast as it goes; a number of milliseconds leaves time to press keys in between.
    const pace = Number(process.env.HW_TEST_PACE ?? 0)
    if (process.env.HW_TEST_HANG === 'connect') await new Promise(() => {})
    return createScriptedSession(track, {
      ...(process.env.HW_TEST_UP_TO ? { upTo: Number(process.env.HW_TEST_UP_TO) } : {}),
      ...(pace > 0 ? { pace: () => delay(pace) } : {}),
    })
  },
  async openShell() {
    const { spawnSync } = await import('node:child_process')
    const script = 'printf "in the shell\\n"; read line; printf "said %s\\n" "$line"'
    // An interactive shell takes the terminal for itself: who started it hears nothing of a resize.
    if (process.env.HW_TEST_SHELL === 'interactive')
      spawnSync('bash', ['--norc', '--noprofile', '-ic', script], { stdio: 'inherit' })
    else spawnSync('sh', ['-c', script], { stdio: 'inherit' })
  },
})
process.stdout.write(result.summary)
process.exitCode = result.exitCode
