// An hour at the real screen in one shell: everything that is not the way through the steps, with somebody at work in
// another terminal, and the terminal as it was whenever one leaves.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys, openPty, type Pty } from '../helpers/pty.ts'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { buildProgram, bundle, runProgram } from './program.ts'
import { type Serving, startServing } from './serving.ts'

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const home = mkdtempSync(join(tmpdir(), 'hw-use-'))
const place = ['--home', home, '--time-scale', '0', '--via', 'api']
let server: Serving
let pty: Pty

/** Another terminal. */
function elsewhere(...args: string[]): void {
  execFileSync(kubectl!, args, {
    cwd: join(home, 'workshop'),
    stdio: 'ignore',
    env: { ...process.env, KUBECONFIG: server.kubeconfig, KUBECACHEDIR: join(home, 'cache'), KUBERC: 'off' },
  })
}

/** Types, and waits for what that must show. */
async function press(text: string, shown: string | RegExp): Promise<string> {
  pty.type(text)
  return await pty.waitFor(shown)
}

/** Back in the shell: the code, the settings, the other screen, the cursor. */
async function left(code: number): Promise<void> {
  // What is typed before the prompt can still go to the program.
  await pty.waitFor(/\nbash-\S+[#$]\s*$/)
  await press('echo code $?, $((40 + 2))\r', `code ${code}, 42`)
  expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
  await press('stty -g > now; cmp before now; echo compared $? $((40 + 2))\r', 'compared 0 42')
}

async function enter(): Promise<void> {
  await press('clear; workshop\r', /enter (run next|prove)/)
}

beforeAll(async () => {
  buildProgram()
  const { code, stderr } = await runProgram(['goto', '4', ...place])
  expect(stderr, stderr).not.toContain('error')
  expect(code).toBe(0)
  server = await startServing(home)
  pty = openPty(['bash', '--noprofile', '--norc', '-i'], {
    columns: 100,
    rows: 30,
    env: { PS1: 'shell> ', SHELL: '/bin/bash' },
  })
  pty.type(
    [
      `cd ${home}`,
      'stty -g > before',
      `begin() { KUBECONFIG=${server.kubeconfig} ${process.execPath} ${bundle} ${place.join(' ')} "$@"; }`,
      'workshop() { begin --sandbox "$@"; }\r',
    ].join('; '),
  )
}, 120_000)

afterAll(async () => {
  pty?.kill()
  await server?.stop()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

describe.skipIf(!kubectl)('the real screen, with kubectl in another terminal', () => {
  it('shows what was lost, with the line that repairs it, and forgets it once it is repaired', async () => {
    await enter()
    elsewhere('label', 'pods', '-n', 'hipstershop', '-l', 'app=cartservice', 'pci-')
    await pty.waitFor(/pod cartservice-\S+ without pci=true/)
    elsewhere('delete', 'globalnetworkpolicies.projectcalico.org', 'platform.allow-dns')
    await pty.waitFor('(and 1 more: d)')
    const all = await press('d', 'y copies the lines')
    expect(all.replaceAll(/\s+/g, ' ')).toContain('apply -f manifests/calico/03-global.yaml')
    await press('y', 'Sent to the clipboard')
    expect(clipboard(pty)).toContain('label pods --all -n hipstershop pci=true --overwrite')
    elsewhere('label', 'pods', '--all', '-n', 'hipstershop', 'pci=true', '--overwrite')
    elsewhere('apply', '-f', 'manifests/calico/03-global.yaml')
    await pty.waitFor('Everything is as the steps left it')
    await press(keys.esc, 'enter run next')
  }, 60_000)

  it('marks what is done elsewhere, proves it by itself, and turns the step green', async () => {
    await pty.waitFor('step 5 of 8')
    elsewhere('apply', '-f', 'manifests/calico/05-default-egress.yaml')
    await pty.waitFor(/✓ 1 Allow the stranger/)
    await pty.waitFor(/▶ 2 Before you do it, guess/, 30_000)
    elsewhere('label', 'pod', 'multitool', '-n', 'default', 'pci=true', '--overwrite')
    await pty.waitFor('enter go to step 6', 30_000)
    await press(keys.enter, 'step 6 of 8')
  }, 90_000)

  it('tries any flow: measured, with the reason of both ends, and never the result of another', async () => {
    await press('t', 'try FROM TO')
    await press('\u0015checkoutservice redis\t', 'checkoutservice redis-cart:6379')
    await press(keys.enter, 'Measured: open')
    const open = pty.text()
    expect(open).toMatch(/Leaving hipstershop\/checkoutservice-\S+ \(egress\): allowed/)
    expect(open.replaceAll(/\s+/g, ' ')).toMatch(/kubectl .*exec -n hipstershop checkoutservice-/)
    await press(keys.esc, 'enter run next')
    await press(':try nobody cartservice\r', 'Not measured')
    expect(pty.text()).not.toContain('Measured: open')
    await press(keys.esc, 'enter run next')
  }, 60_000)

  it('explains the cell of the matrix, filters, opens policies and outputs, and keeps every place', async () => {
    await press('2', 'arriving')
    await press('jjl', /\[.\]/)
    await press('/', 'enter keep')
    await press('cart>redis\r', 'filter: cart>redis')
    await press('ge', 'A connection needs both ends')
    await press(keys.esc, 'filter: cart>redis')
    await press(keys.esc, 'checkoutservice')
    await press('3', 'enter opens them')
    await press('\r', /(in|e)gress: what may/)
    await press(keys.esc, 'enter opens them')
    await press('4', '16 declared')
    await press('G', /nobody declares it/)
    await press('5', 'every command and its output')
    await press('4', /nobody declares it/)
    await press('?', 'run the rest of this step')
    await press(keys.end, 'export KUBECONFIG=')
    await press(keys.esc, '16 declared')
    await press(':les\t\r', 'enter run next')
  }, 60_000)

  it('goes to the background and comes back as it was', async () => {
    pty.type(keys.ctrlZ)
    await pty.waitFor('Stopped')
    expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
    await press('stty -a | tr ";" "\\n" | grep -o -e "-\\?icanon"; echo here\r', /\n *icanon[\s\S]*here/)
    pty.type('fg\r')
    await pty.waitFor('enter run next')
    expect(pty.state()).toEqual({ alternate: true, cursorHidden: true })
    await press('2', 'arriving')
    await press('1', 'enter run next')
  }, 60_000)

  it('opens a shell in which kubectl works here, whose ctrl-c stays its own, and comes back', async () => {
    await press('s', 'Leave this shell')
    await press('echo kubeconfig=$KUBECONFIG\r', `kubeconfig=${server.kubeconfig}`)
    await press(`pwd; ${kubectl} get tiers.projectcalico.org -o name\r`, 'tier.projectcalico.org/app-hipstershop')
    expect(pty.text()).toContain(join(home, 'workshop'))
    await press('sleep 100\r', 'sleep 100')
    await press(`${keys.ctrlC}echo still here\r`, /\nstill here/)
    await press('exit\r', 'enter run next')
    expect(pty.text()).toContain('step 6 of 8')
  }, 60_000)

  it('says that the cluster does not answer, and goes on when it does again', async () => {
    await server.kill()
    await pty.waitFor('The cluster does not answer', 30_000)
    await press('2', 'arriving')
    await press('1', 'does not answer')
    server = await startServing(home)
    await pty.waitFor((text) => !text.includes('does not answer'), 30_000)
    elsewhere('delete', 'globalnetworkpolicies.projectcalico.org', 'platform.allow-dns')
    await pty.waitFor('platform.allow-dns of step 3 is missing')
    elsewhere('apply', '-f', 'manifests/calico/03-global.yaml')
    await pty.waitFor((text) => !text.includes('is missing'))
  }, 90_000)

  it('is whole after a storm of sizes', async () => {
    for (let turn = 0; turn < 30; turn += 1) pty.resize(40 + ((turn * 37) % 120), 8 + ((turn * 13) % 40))
    pty.resize(80, 24)
    await pty.waitFor((text) => text.includes('step 6 of 8') && text.includes('enter run next'))
    expect(pty.screen().filter((line) => line.includes('hipster-workshop'))).toHaveLength(1)
    pty.resize(100, 30)
    await pty.waitFor((text) => text.split('\n').at(-1)?.includes('enter run next') === true)
  }, 60_000)

  it('leaves a summary in the scrollback', async () => {
    pty.type('q')
    await pty.waitFor(/steps proved on the sandbox/)
    await left(0)
  }, 60_000)
})

describe.skipIf(!kubectl)('beginning, with others in the way', () => {
  const lock = join(home, 'lock.yaml')

  it('goes on where one left off, and lets the policies be written by oneself', async () => {
    await press('clear; begin\r', /goes on at step 6/)
    await pty.waitFor(/Kubernetes v1\S+, Calico v3\S+ with tiers\. (Ready|Not ready)/)
    await press('\r', 'enter run next')
    await press('i', 'my-app-policies.yaml is in the working folder')
    await pty.waitFor(/Apply what you wrote/)
    const theirs = readFileSync(join(home, 'workshop/manifests/calico/06-app.yaml'), 'utf8')
    writeFileSync(join(home, 'workshop/my-app-policies.yaml'), theirs.split('---').slice(0, 4).join('---'))
    await press('w', /With your file \d+ of \d+ are as this step wants them/)
    await press(keys.esc, 'enter run next')
    await press('i', /3 One policy for each workload/)
    await press('q', 'proved on the sandbox')
    await left(0)
  }, 60_000)

  it('offers the reset of the other track, and leaves everything as it is without it', async () => {
    await press('clear; begin --track netpol\r', 'enter start')
    await press('\r', 'The track calico is still in this cluster')
    await press(keys.esc, /OTHER_TRACK/)
    await press('q', /error: The track calico[\s\S]*\nbash-\S+[#$]/)
    await left(5)
  }, 60_000)

  it('offers to watch while another process works here, and frees the keys when that is done', async () => {
    const now = new Date().toISOString()
    const data = { host: 'elsewhere', pid: '4711', since: now, renewed: now }
    const metadata = { namespace: 'hipster-workshop', name: 'lock-calico' }
    writeFileSync(lock, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }))
    elsewhere('create', '-f', lock)
    await press('clear; workshop\r', 'Somebody works here already')
    await press(keys.esc, 'LOCK_HELD')
    await press('\r', 'Somebody works here already')
    await press('\r', /Watching: process 4711 on elsewhere/)
    await press('a', 'Only watching: process 4711')
    await press('2', 'arriving')
    elsewhere('delete', '-f', lock)
    await pty.waitFor((text) => !text.includes('Watching: process'))
    await press('1', 'enter run next')
    await press('q', 'proved on the sandbox')
    await left(0)
  }, 60_000)

  it('draws into the scrollback where the other screen is not wanted', async () => {
    await press('clear; workshop --no-alt-screen\r', 'enter run next')
    expect(pty.state().alternate).toBe(false)
    await press('2', 'arriving')
    await press('q', 'proved on the sandbox')
    await left(0)
  }, 60_000)
})

describe('ctrl-c gives the terminal back', () => {
  it.each<[string, [string, string | RegExp][]]>([
    ['on the command line', [[':mat', ':mat']]],
    ['while a flow is typed', [['t', 'try FROM TO']]],
    ['in the help', [['?', 'run the rest of this step']]],
    ['in the plan of a reset', [['x', /Back to the state after/]]],
    [
      'in a filter',
      [
        ['2', 'arriving'],
        ['/', 'enter keep'],
      ],
    ],
    ['in the question what will change', [['w', /will be blocked/]]],
    [
      'while a flow is measured',
      [
        ['t', 'try FROM TO'],
        ['\u0015multitool.default redis-cart:6379', 'redis-cart:6379'],
        ['\r', 'easur'],
      ],
    ],
    ['while a line runs', [['a', /running|proving/]]],
    ['while it proves', [['a', /proving/]]],
  ])(
    '%s',
    async (_, steps) => {
      await enter()
      for (const [text, shown] of steps) await press(text, shown)
      await press(keys.ctrlC, /proved on the sandbox/)
      await left(130)
    },
    60_000,
  )
})

describe('the end of the track', () => {
  it('shows what was proved, the matrix and the score at the end', async () => {
    await enter()
    await press('a', 'enter go to step 7')
    await press('\r', /step 7 of 8[\s\S]*enter run next/)
    await press('w', 'Which of these flows will be blocked afterwards?')
    await press('12\r', /All right|of 5 right/)
    await press(keys.esc, 'enter run next')
    pty.type(':run-all\r')
    await pty.waitFor('enter see the result', 90_000)
    const result = await press('\r', '5 of 9 steps proved')
    expect(result).toContain('proved earlier')
    await press('G', 'What you have shown')
    await press('b', /of 5 flows predicted rightly/)
    expect(pty.text()).toMatch(/checkoutservice +(× +)?[●×]/)
    await press(keys.esc, 'enter see the result')
    await press('q', '5 of 9 steps proved on the sandbox')
    await left(0)
  }, 150_000)

  it('still knows the score when one comes back', async () => {
    await press('clear; workshop\r', 'enter see the result')
    await press(':finish\r', 'steps proved')
    await press('G', 'What you have shown')
    await press('b', /of 5 flows predicted rightly/)
    await press(keys.esc, 'enter see the result')
    await press('q', /of 5 flows predicted rightly/)
    await left(0)
  }, 60_000)
})

function clipboard(pty: Pty): string {
  const payload = [...pty.raw().matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].at(-1)?.[1] ?? ''
  return Buffer.from(payload, 'base64').toString()
}
