/** curl's progress meter on stderr: a heading, then one row per second, redrawn with carriage returns. */
import type { Process } from '../process.ts'

const HEADING =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n'
const IDLE = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0'

export interface Meter {
  start(): void
  /** A wait of the transfer: a row for every second of it. */
  wait(ms: number): Promise<void>
  finish(total: number, received: number): void
  /** A name that was not found ends the row as it stands. */
  fail(drawsAgain: boolean): void
}

export function createMeter({ stderr, clock, signal }: Process, isShown: boolean): Meter {
  let secondsShown = 0
  let leftOverMs = 0
  const draw = (text: string): void => {
    if (isShown) stderr.write(text)
  }
  const row = (): string => (secondsShown === 0 ? IDLE : IDLE.replace(/--:--:--(?= --:--:-- +0$)/, spent(secondsShown)))
  return {
    start: () => draw(`${HEADING}${IDLE}`),
    async wait(ms) {
      if (!isShown) {
        if (ms > 0) await clock.sleep(ms, signal)
        return
      }
      let left = ms
      while (left > 0) {
        const step = Math.min(1000 - leftOverMs, left)
        await clock.sleep(step, signal)
        left -= step
        leftOverMs += step
        if (leftOverMs < 1000) break
        leftOverMs = 0
        secondsShown++
        draw(row())
      }
    },
    finish(total, received) {
      if (total === 0) draw(`${IDLE}\n`)
      else if (received === 0)
        draw(
          `\r  0 ${String(total).padStart(5)}    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n`,
        )
      else {
        const speed = short(received * 180)
        draw(
          `\r100 ${short(total)}  100 ${short(received)}    0     0  ${speed.padStart(5)}      0 --:--:-- --:--:-- --:--:-- ${speed}\n`,
        )
      }
    },
    fail: (drawsAgain) => draw(`${drawsAgain ? row() : ''}${drawsAgain || secondsShown > 0 ? '\n' : ''}`),
  }
}

function spent(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return ` ${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** Five columns: 99999, then 1234k. */
function short(n: number): string {
  return (
    n < 100_000 ? String(n) : n < 10_240_000 ? `${Math.floor(n / 1024)}k` : `${(n / 1_048_576).toFixed(1)}M`
  ).padStart(5)
}
