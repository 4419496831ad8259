import { describe, expect, it } from 'vitest'
import { createShopWorld, type ExecResult } from '../network/shop-world.ts'

const MULTITOOL = 'hipstershop/multitool'

/** Somebody at a terminal: waits for what the screen shows before the next keys are pressed. */
function person(scale = 0) {
  const world = createShopWorld({ scale })
  let screen = ''
  const waiting: { text: string; resolve: () => void }[] = []
  const keys: (string | null)[] = []
  let wake: (() => void) | null = null
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (keys.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const next = keys.shift() as string | null
      if (next === null) return
      yield Buffer.from(next)
    }
  }
  const show = (text: string): void => {
    screen += text
    for (const each of waiting.splice(0)) {
      if (screen.includes(each.text)) each.resolve()
      else waiting.push(each)
    }
  }
  return {
    start: (pod: string, command: readonly string[]): Promise<ExecResult> =>
      world.exec(pod, command, { tty: true, stdin: stdin(), onStdout: show }),
    press(text: string | null): void {
      keys.push(text)
      wake?.()
    },
    /** Resolves when the screen shows it after what was seen before; what was seen is then forgotten. */
    async sees(text: string): Promise<string> {
      if (!screen.includes(text)) await new Promise<void>((resolve) => waiting.push({ text, resolve }))
      const seen = screen
      screen = screen.slice(screen.indexOf(text) + text.length)
      return seen
    },
  }
}

describe('a shell on a terminal', () => {
  it('echoes, runs lines, edits them, and leaves with Ctrl-D', async () => {
    const { start, press, sees } = person()
    const ended = start(MULTITOOL, ['sh'])
    await sees('/ # ')
    press('echo hellx\x7fo\r')
    expect(await sees('hello\r\n/ # ')).toBe('echo hellx\b \bo\r\nhello\r\n/ # ')
    press('garbage\x15cd /etc\r')
    await sees('/etc # ')
    press('for i in 1 2\r')
    await sees('> ')
    press('do echo n$i; done\r')
    await sees('n1\r\nn2\r\n/etc # ')
    press('nosuch\r')
    await sees('sh: nosuch: not found\r\n')
    press('echo $?\r')
    await sees('127\r\n')
    press('\x04')
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('exits with the code given to exit, and shows $ to those who are not root', async () => {
    const { start, press, sees } = person()
    const ended = start('hipstershop/redis-cart', ['sh'])
    await sees('/ $ ')
    press('exit 3\r')
    expect(await ended).toMatchObject({ code: 3 })
  })

  it('gives Ctrl-C to what runs, not to the shell', async () => {
    const { start, press, sees } = person(1)
    const ended = start(MULTITOOL, ['sh'])
    await sees('/ # ')
    press('ping google.com\r')
    await sees('icmp_seq=1')
    press('\x03')
    await sees('1 packets transmitted, 1 received, 0% packet loss')
    await sees('/ # ')
    press('half a line\x03')
    await sees('^C\r\n/ # ')
    press('cat\r')
    press('typed\r')
    await sees('typed\r\ntyped\r\n')
    press('\x03')
    await sees('/ # ')
    press('echo $?\r')
    await sees('130\r\n')
    press('exit\r')
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('ends a command without a shell with 130', async () => {
    const { start, press, sees } = person(1)
    const ended = start(MULTITOOL, ['sh', '-c', 'echo on; sleep 100'])
    await sees('on\r\n')
    press('\x03')
    expect(await ended).toMatchObject({ code: 130 })
  })

  it('reaches the same program when the client goes away', async () => {
    const { start, press, sees } = person()
    const ended = start(MULTITOOL, ['sh'])
    await sees('/ # ')
    press(null)
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('puts carriage returns into both streams of exec -t, as terminals do', async () => {
    const world = createShopWorld()
    expect(await world.sh(MULTITOOL, 'nc -zvw 3 redis-cart 6379; echo done', { tty: true })).toMatchObject({
      stdout: expect.stringMatching(/^redis-cart \([\d.]+:6379\) open\r\ndone\r\n$/),
      stderr: '',
    })
  })
})
