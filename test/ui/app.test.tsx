import { afterEach, describe, expect, it } from 'vitest'
import { WorkshopError } from '../../src/errors/workshop-error.ts'
import { displayWidth } from '../../src/text/width.ts'
import { openScreen, type ScreenUnderTest, trackOf } from '../helpers/screen.ts'

let open: ScreenUnderTest[] = []
const start = (...args: Parameters<typeof openScreen>) => {
  const screen = openScreen(...args)
  open.push(screen)
  return screen
}

afterEach(() => {
  for (const screen of open) screen.unmount()
  open = []
})

const keys = {
  enter: '\r',
  esc: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
  pageDown: '\u001b[6~',
  tab: '\t',
}

describe.each([
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
])('at %i x %i', (columns, rows) => {
  it('shows the steps and the first lesson before the cluster is connected', () => {
    const screen = start({ columns, rows, work: { connect: () => new Promise(() => {}) } })
    expect(screen.text()).toContain('0 Deploy')
    expect(screen.text()).toContain('Deploy the shop')
    expect(screen.text()).toContain('8 Tighten')
  })

  it('fills the window exactly in every view, and no line is wider than it', async () => {
    const screen = start({ columns, rows, script: { upTo: 3 } })
    await screen.waitFor('run next')
    for (const key of ['1', '2', '3', '4', '5', '?', keys.esc, 'x', keys.esc, 'h', 'w', keys.esc, ':']) {
      screen.type(key)
      await settle(key)
      const lines = screen.text().split('\n')
      expect(lines.length, `after ${key}`).toBe(rows)
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
    }
  })

  it('walks a step by enter: actions with output, then the proof with expected and actual', async () => {
    const screen = start({ columns, rows, script: { upTo: 3 } })
    await screen.waitFor('The PCI wall')
    await screen.waitFor('run next')
    const { actions } = trackOf().steps[4]!.stages[0]!
    for (let done = 1; done <= actions.length; done += 1) {
      screen.type(keys.enter)
      await screen.waitFor(
        (text) => text.includes(`${done} of ${actions.length} done`) && /enter (run next|prove)/.test(text),
      )
    }
    await screen.waitFor('enter prove')
    screen.type(keys.enter)
    await screen.waitFor('go to step 5')
    expect(screen.text()).toMatch(/expected\s+actual/)
    expect(screen.text()).toMatch(/(open\s+✓ open|blocked\s+✓ timed out)/)
    expect(screen.text()).toContain('✓ 4 The PCI')
    screen.type(keys.enter)
    await screen.waitFor('step 5 of 8')
  })
})

describe('the screen', () => {
  it('puts wrong rows first and explains the first of them with e', async () => {
    const screen = start({
      columns: 120,
      rows: 40,
      script: { upTo: 3, wrong: { 'cartservice redis-cart': 'timed-out' } },
    })
    await screen.waitFor('run next')
    screen.type('a')
    await screen.waitFor('not as expected')
    await screen.waitFor('prove again')
    expect(screen.text()).toMatch(/› cartservice → redis-cart:6379\s+open\s+✗ timed out/)
    screen.type('e')
    await screen.waitFor('A connection needs both ends')
    expect(screen.text()).toContain('cartservice → redis-cart:6379')
    screen.type(keys.esc)
    await screen.waitFor('from → to')
  })

  it('shows hints one after the other, then the solution', async () => {
    const screen = start({ columns: 120, rows: 60, script: { upTo: 3 } })
    await screen.waitFor('run next')
    const hints = trackOf().steps[4]!.hints.length
    for (let index = 1; index <= hints; index += 1) {
      screen.type('h')
      await screen.waitFor(`Hint ${index} of ${hints}`)
    }
    screen.type('h')
    await screen.waitFor('Solution')
    expect(screen.text()).toContain('kubectl apply -f manifests/calico/04-pci.yaml')
  })

  it('asks before a reset and sends it only when confirmed', async () => {
    const screen = start({ script: { upTo: 4 } })
    await screen.waitFor('run next')
    screen.type('x')
    await screen.waitFor('enter carries it out')
    expect(screen.session().sent.at(-1)).toEqual({ type: 'plan-reset', to: 4 })
    screen.type(keys.esc)
    await settle(keys.esc)
    expect(screen.session().sent.at(-1)).toEqual({ type: 'drop-reset' })
    screen.type('x')
    await screen.waitFor('enter carries it out')
    screen.type(keys.enter)
    await settle()
    expect(screen.session().sent.at(-1)).toEqual({ type: 'confirm-reset' })
  })

  it('moves the cursor of the matrix and explains the cell under it', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('2')
    await screen.waitFor('arriving')
    screen.type('jjll')
    await screen.waitFor('checkoutservice → currencyservice:7000')
    screen.type(keys.enter)
    await screen.waitFor('A connection needs both ends')
  })

  it('filters the matrix by source and target', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('2')
    await screen.waitFor('arriving')
    screen.type('/')
    for (const key of 'cart>redis') screen.type(key)
    screen.type(keys.enter)
    await screen.waitFor('filter: cart>redis')
    expect(screen.text()).toContain('cartservice')
    expect(screen.text()).not.toContain('frontend')
    screen.type(keys.esc)
    await screen.waitFor('frontend')
  })

  it('keeps its place in a view when one comes back', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('4')
    await screen.waitFor(/from → to +env/)
    screen.type('jjjj')
    await screen.waitFor(/› adservice → checkoutservice/)
    screen.type('5')
    await screen.waitFor('every command and its output')
    screen.type('4')
    await screen.waitFor(/› adservice → checkoutservice/)
  })

  it('completes and runs a typed command', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type(':')
    screen.type('ste')
    screen.type(keys.tab)
    screen.type(' 6')
    screen.type(keys.enter)
    await screen.waitFor('step 6 of 8')
    screen.type(':')
    screen.type('nonsense')
    screen.type(keys.enter)
    await screen.waitFor('There is no command "nonsense"')
  })

  it('opens no view before there is something to show in it', async () => {
    const screen = start({
      work: { places: { known: [{ id: 'sandbox', title: 'The sandbox', detail: '', ready: true }] } },
    })
    await screen.waitFor('enter start')
    screen.type('2')
    await screen.waitFor('once a cluster is connected')
    screen.type(keys.enter)
    await screen.waitFor('enter run next')
    expect(screen.text()).not.toContain('arriving')
  })

  it('lets a question longer than the window be read to its end, and says why an answer is none', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
    const screen = start({
      columns: 40,
      rows: 12,
      connect: async (host) => {
        await host.ask({ title: 'Is this it?', lines, expect: 'name' })
      },
    })
    await screen.waitFor('line 1')
    expect(screen.text()).not.toContain('line 30')
    screen.type(keys.pageDown)
    screen.type(keys.pageDown)
    screen.type(keys.pageDown)
    screen.type(keys.pageDown)
    await screen.waitFor('Type name and press enter')
    screen.type('nam')
    screen.type(keys.enter)
    await screen.waitFor(/That is not the name;[\s\S]*changed/)
    screen.type('name')
    screen.type(keys.enter)
    await screen.waitFor('enter run next')
  })

  it('moves a table sideways that is wider than the window, and breaks no row of it', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    const row = (name: string) => `${name}   1/1   ${'x'.repeat(90)}   the-end-of-${name}`
    const text = `NAME   READY   WHAT\n${row('cart')}\n${row('mail')}\nA sentence that is longer than the window ${'is wrapped '.repeat(6)}`
    screen.screenModel.host.ui.update({ overlay: { kind: 'output', title: 'pods', text, command: null } })
    await screen.waitFor('←→ sideways')
    expect(screen.text()).toMatch(/^cart {3}1\/1 {3}x+…/m)
    expect(screen.text()).not.toContain('the-end-of')
    for (let press = 0; press < 5; press += 1) screen.type(keys.right)
    await screen.waitFor(/^…x+ {3}the-end-of-cart *$/m)
    expect(screen.text()).toMatch(/^…x+ {3}the-end-of-mail *$/m)
    expect(screen.text()).toContain('A sentence that is longer')
    for (let press = 0; press < 5; press += 1) screen.type(keys.left)
    await screen.waitFor(/^cart {3}1\/1 {3}x+…/m)
  })

  it('goes to the background from a line being typed and from a question as well', async () => {
    let stops = 0
    const screen = start({
      connect: async (host) => {
        await host.choose({ title: 'Is this it?', lines: [], choices: [{ key: 'enter', label: 'yes' }] })
      },
    })
    screen.screenModel.host.suspend = () => {
      stops += 1
    }
    await screen.waitFor('Is this it?')
    screen.type(keys.ctrlZ)
    screen.type(keys.enter)
    await screen.waitFor('run next')
    screen.type(':mat')
    await screen.waitFor(':mat▏')
    screen.type(keys.ctrlZ)
    screen.type('r')
    await screen.waitFor(':matr▏')
    expect(stops).toBe(2)
  })

  it('takes a whole character away, however many units it has', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type(':a🙂')
    await screen.waitFor(':a🙂▏')
    screen.type('\u007f')
    await screen.waitFor(/:a▏/)
    expect(screen.text()).not.toContain('�')
  })

  it('shows the first that matches a filter, and is back in its place without it', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('4')
    await screen.waitFor(/from → to +env/)
    screen.type('G')
    await screen.waitFor(/› multitool.default → shippingservice/)
    screen.type('/redis')
    await screen.waitFor(/› cartservice → redis-cart/)
    screen.type(keys.esc)
    await screen.waitFor(/› multitool.default → shippingservice/)
  })

  it('shows what can be typed before anything is, whole names, and that there are more', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type(':')
    await screen.waitFor(/:▏ {3}next {2}auto {2}run-all .*predict {2}…/)
    screen.type('previous-')
    await screen.waitFor(/:previous-▏ {3}previous-step/)
    screen.type(keys.esc)
    await screen.waitFor('run next')
    screen.type('t\u0015')
    await screen.waitFor(/try FROM TO\[:PORT\] {2}▏ {3}\S+/)
  })

  it('takes a command that arrives at once, and pasted text as text', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type(':step\u00176\u0015step 6\r')
    await screen.waitFor('step 6 of 8')
    screen.type('\u001b[200~axq\r\u001b[201~')
    await screen.waitFor('Pasted text is no keys here')
    expect(screen.session().sent.map(({ type }) => type)).toEqual(['select-step'])
    screen.type(':')
    screen.type('\u001b[200~step\n5\u001b[201~')
    await screen.waitFor(':step 5')
    screen.type(keys.enter)
    await screen.waitFor('step 5 of 8')
  })

  it('tries any flow and shows the measurement beside the reason', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('4')
    await screen.waitFor(/from → to +env/)
    screen.type('t')
    await screen.waitFor('try FROM TO')
    screen.type(keys.enter)
    await screen.waitFor('Measured: open')
    expect(screen.session().sent.at(-1)).toMatchObject({
      type: 'try-flow',
      from: 'cartservice',
      to: 'redis-cart',
      port: 6379,
    })
  })

  it('copies the next command with OSC 52', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('y')
    await screen.waitFor('Sent to the clipboard')
    const payload = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(screen.copied.at(-1) ?? '')?.[1] ?? ''
    expect(Buffer.from(payload, 'base64').toString()).toBe('kubectl apply -f manifests/calico/04-pci.yaml')
  })

  it('asks what will change and scores the answer, and enter runs the action after it', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.type('w')
    await screen.waitFor('Which of these flows will be blocked')
    screen.type('1')
    await screen.waitFor('[x] 1')
    screen.type(keys.enter)
    await screen.waitFor(/All right|of 5 right/)
    screen.type(keys.enter)
    await settle()
    expect(screen.session().sent.at(-1)).toEqual({ type: 'next' })
  })

  it('shows a lost cluster and drift with the line that repairs it, and takes them away again', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.session().poke({
      connection: { ok: false, reason: 'connection refused' },
      drift: [
        { text: 'cartservice lost its label pci', repair: 'kubectl label pod -n hipstershop cartservice-1 pci=true' },
      ],
    })
    await screen.waitFor('The cluster does not answer: connection refused')
    expect(screen.text()).toContain('cartservice lost its label pci')
    expect(screen.text()).toContain('kubectl label pod -n hipstershop')
    screen.session().poke({ connection: { ok: true }, drift: [] })
    await screen.waitFor((text) => !text.includes('does not answer'))
  })

  it('draws text of the cluster without its control characters', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    screen.session().poke({ drift: [{ text: 'pod \u001b[2Jevil\u202e', repair: '' }] })
    await screen.waitFor('\\u001b[2Jevil\\u202e')
  })

  it('leaves with q, and asks first while something runs', async () => {
    let release = () => {}
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const screen = start({ script: { upTo: 3, pace: () => blocked } })
    await screen.waitFor('run next')
    screen.type(keys.enter)
    await screen.waitFor('running')
    screen.type('q')
    await screen.waitFor('Something is still running')
    screen.type(keys.esc)
    await screen.waitFor('0 of 2 done')
    expect(screen.exitCode()).toBe(null)
    screen.type('q')
    await screen.waitFor('Something is still running')
    screen.type('q')
    await screen.instance.waitUntilExit()
    expect(screen.screenModel.outcome.code).toBe(0)
    release()
  })

  it.each([
    [
      'the start screen',
      { work: { places: { known: [{ id: 'sandbox', title: 'the sandbox', detail: '', ready: true }] } } },
    ],
    ['connecting', { work: { connect: () => new Promise<never>(() => {}) } }],
    [
      'a question',
      {
        connect: async (host: { ask(q: { title: string; lines: string[]; expect: string }): Promise<boolean> }) =>
          void (await host.ask({ title: 'Sure?', lines: [], expect: 'x' })),
      },
    ],
    ['a lesson', {}],
  ] as const)('ctrl-c in %s exits 130', async (_, options) => {
    const screen = start(options as Parameters<typeof openScreen>[0])
    await screen.waitFor('Deploy')
    screen.type(keys.ctrlC)
    await screen.instance.waitUntilExit()
    expect(screen.screenModel.outcome.code).toBe(130)
    expect(screen.stdin.isRaw).toBe(false)
  })

  it('asks for the name of a foreign cluster and goes on only with it', async () => {
    let answer: boolean | null = null
    const screen = start({
      connect: async (host) => {
        answer = await host.ask({
          title: 'Is this the right cluster?',
          lines: ['context kind-lab'],
          expect: 'kind-lab',
        })
      },
    })
    await screen.waitFor('Is this the right cluster?')
    screen.type('prod')
    screen.type(keys.enter)
    await screen.waitFor('That is not the name')
    screen.type('kind-lab')
    screen.type(keys.enter)
    await screen.waitFor('run next')
    expect(answer).toBe(true)
  })

  it('does not begin anew with keys typed while it leaves', async () => {
    let connected = 0
    const screen = start({
      work: {
        connect: async () => {
          connected += 1
          throw new WorkshopError({ code: 'NOPE', message: 'not today', exitCode: 5 })
        },
      },
    })
    await screen.waitFor('not today')
    screen.type('q\r\r')
    await screen.instance.waitUntilExit()
    expect([connected, screen.screenModel.outcome.code]).toEqual([1, 5])
  })

  it('chooses track and place on the start screen', async () => {
    const chosen: unknown[] = []
    const screen = start({
      work: {
        tracks: [trackOf(), { ...trackOf(), id: 'netpol', title: 'Kubernetes NetworkPolicy' }],
        places: {
          known: [
            {
              id: 'sandbox',
              title: 'the sandbox',
              detail: 'nothing to install',
              ready: true,
              resume: [{ track: 'calico', step: 4 }],
            },
          ],
          more: async (found) => found({ id: 'kind', title: 'context kind-lab', detail: '3 nodes', ready: null }),
        },
        connect: (choice) => {
          chosen.push(choice)
          return new Promise(() => {})
        },
      },
    })
    await screen.waitFor('context kind-lab')
    expect(screen.text()).toContain('goes on at step 4')
    screen.type(keys.right)
    screen.type(keys.down)
    await screen.waitFor(/› · context kind-lab/)
    screen.type(keys.enter)
    await settle()
    expect(chosen).toEqual([{ track: 'netpol', place: 'kind' }])
  })

  it('survives any size while it is resized again and again', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    for (const [columns, rows] of [
      [20, 5],
      [300, 90],
      [1, 1],
      [59, 11],
      [80, 24],
      [41, 13],
    ] as const) {
      screen.resize(columns, rows)
      await settle()
      for (const view of ['1', '2', '3', '4', '5']) screen.type(view)
      await settle()
      expect(screen.text().split('\n').length).toBeLessThanOrEqual(rows)
    }
  })

  it('writes no frame when nothing changed', async () => {
    const screen = start({ script: { upTo: 3 } })
    await screen.waitFor('run next')
    const before = screen.text()
    screen.session().poke({})
    screen.session().poke({})
    await settle()
    expect(screen.text()).toBe(before)
  })
})

/** Lets pending updates reach the screen; Ink holds back a lone escape for a moment, because a sequence could follow. */
async function settle(key = ''): Promise<void> {
  if (key === keys.esc) await new Promise((resolve) => setTimeout(resolve, 40))
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
