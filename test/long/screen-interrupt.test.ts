// Ctrl-C wherever something is asked or lies on top: exit 130, and the terminal as it was.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { keys, openPty, type Pty } from '../helpers/pty.ts'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { buildProgram, bundle, runProgram } from './program.ts'
import { type Serving, startServing } from './serving.ts'

type Steps = readonly (readonly [text: string, shown: string | RegExp])[]

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const home = mkdtempSync(join(tmpdir(), 'hw-interrupt-'))
const place = ['--home', home, '--time-scale', '0', '--via', 'api']
let server: Serving
let pty: Pty | null = null

async function begin(args: readonly string[], shown: string | RegExp): Promise<Pty> {
  pty = openPty([process.execPath, bundle, ...place, ...args], {
    columns: 100,
    rows: 30,
    env: { KUBECONFIG: server.kubeconfig },
  })
  await pty.waitFor(shown)
  return pty
}

async function press(terminal: Pty, steps: Steps): Promise<void> {
  for (const [text, shown] of steps) {
    terminal.type(text)
    await terminal.waitFor(shown)
  }
}

async function interrupted(terminal: Pty): Promise<void> {
  terminal.type(keys.ctrlC)
  expect(await terminal.done(60_000)).toEqual({ exitCode: 130, terminalRestored: true })
  expect(terminal.state()).toEqual({ alternate: false, cursorHidden: false })
}

beforeAll(async () => {
  buildProgram()
  const { code, stderr } = await runProgram(['goto', '5', ...place])
  expect(code, stderr).toBe(0)
  server = await startServing(home)
}, 120_000)

afterEach(() => {
  pty?.kill()
  pty = null
})

afterAll(async () => {
  await server?.stop()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

describe('ctrl-c in the workshop', () => {
  it.each<[string, Steps]>([
    ['on the command line', [[':mat', ':mat']]],
    ['with its completions shown', [[':', 'solution']]],
    [
      'in a filter',
      [
        ['2', 'arriving'],
        ['/cart', 'enter keep'],
      ],
    ],
    ['where a flow is typed', [['t', 'try FROM TO']]],
    [
      'where a flow is wrong',
      [
        ['t', 'try FROM TO'],
        ['\u0015x\r', 'A flow is FROM TO'],
      ],
    ],
    ['in the help', [['?', 'run the rest of this step']]],
    ['in the help, scrolled', [['?\u001b[F', 'export KUBECONFIG=']]],
    [
      'in the dialog of a step that comes too early',
      [
        [':step 8\r', 'step 8 of 8'],
        ['\r', /Step 8 builds on 2 steps not done here yet/],
      ],
    ],
    ['in the question what will change', [['w', /will be blocked/]]],
    ['in the plan of a reset', [['x', /Back to the state after/]]],
    ['in an explanation', [[':explain frontend cartservice\r', 'A connection needs both ends']]],
    [
      'in a policy',
      [
        ['3', 'enter opens them'],
        ['\r', /(in|e)gress: what may/],
      ],
    ],
    ['in the result', [[':finish\r', '1 of 9 steps proved']]],
    ['where the own kubectl is told', [[':kubectl\r', 'your own kubectl']]],
    [
      'in a question of the step',
      [
        ['\r', /▶ 2 Guess first[\s\S]*enter run next/],
        ['\r', 'Press a number'],
      ],
    ],
    [
      'after its answer',
      [
        ['\r', /▶ 2 Guess first[\s\S]*enter run next/],
        ['\r', 'Press a number'],
        ['2', 'enter goes on.'],
      ],
    ],
    [
      'where the leaving of running work is asked',
      [
        ['a', /running|proving/],
        ['q', 'Something is still running'],
      ],
    ],
  ])(
    '%s',
    async (_, steps) => {
      const terminal = await begin(['--sandbox'], 'enter run next')
      await press(terminal, steps)
      await interrupted(terminal)
    },
    60_000,
  )
})

describe('ctrl-c on the way to a cluster', () => {
  it('on the start screen', async () => {
    await interrupted(await begin([], /goes on at step 6/))
  }, 60_000)

  it('where the track of somebody else is in the way, typed into or not', async () => {
    const args = ['--sandbox', '--track', 'netpol']
    await interrupted(await begin(args, 'The track calico is still in this cluster'))
    const terminal = await begin(args, 'The track calico is still in this cluster')
    await press(terminal, [['res', '> res']])
    await interrupted(terminal)
  }, 60_000)

  it('where a cluster is confirmed by its name, typed into or not', async () => {
    const args = ['--context', 'sandbox']
    await interrupted(await begin(args, 'Is this the cluster you mean?'))
    const terminal = await begin(args, 'Is this the cluster you mean?')
    await press(terminal, [['sandb\r', 'That is not the name']])
    await interrupted(terminal)
  }, 60_000)

  it.skipIf(!kubectl)(
    'where somebody works already, and while one watches',
    async () => {
      const elsewhere = (...args: string[]) =>
        execFileSync(kubectl!, args, {
          stdio: 'ignore',
          env: { ...process.env, KUBECONFIG: server.kubeconfig, KUBECACHEDIR: join(home, 'cache'), KUBERC: 'off' },
        })
      const lock = join(home, 'lock.json')
      const now = new Date().toISOString()
      const data = { host: 'elsewhere', pid: '4711', since: now, renewed: now }
      const metadata = { namespace: 'hipster-workshop', name: 'lock-calico' }
      writeFileSync(lock, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }))
      elsewhere('create', '-f', lock)
      try {
        await interrupted(await begin(['--sandbox'], 'Somebody works here already'))
        const terminal = await begin(['--sandbox'], 'Somebody works here already')
        await press(terminal, [['\r', /Watching: process 4711 on elsewhere/]])
        await interrupted(terminal)
      } finally {
        elsewhere('delete', '-f', lock)
      }
    },
    60_000,
  )
})
