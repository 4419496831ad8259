/**
 * Pictures of key screens for the README: real frames of the real screen, cell by cell to SVG. `npm run pictures`
 * writes them, `--check` says which are out of date (exit 1).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Before Ink is loaded: its colour library looks once.
process.env.FORCE_COLOR = '1'
process.env.TZ = 'UTC'
const { openScreen } = await import('../test/helpers/screen.ts')
const { cellsOf, toSvg } = await import('../test/helpers/picture.ts')

const folder = join(dirname(fileURLToPath(import.meta.url)), '../docs/screens')
const enter = '\r'

interface Shot {
  name: string
  columns: number
  rows: number
  script: NonNullable<Parameters<typeof openScreen>[0]>['script']
  /** What to type, and what must be on the screen after each. */
  keys: readonly (readonly [string, string])[]
}

const shots: readonly Shot[] = [
  { name: 'lesson', columns: 100, rows: 30, script: { upTo: 3 }, keys: [] },
  { name: 'proof', columns: 100, rows: 30, script: { upTo: 3 }, keys: [['a', 'go to step 5']] },
  {
    name: 'wrong',
    columns: 100,
    rows: 30,
    script: { upTo: 3, wrong: { 'cartservice redis-cart': 'timed-out' } },
    keys: [['a', 'prove again']],
  },
  {
    name: 'matrix',
    columns: 100,
    rows: 26,
    script: { upTo: 3 },
    keys: [
      ['a', 'go to step 5'],
      ['2', 'arriving'],
    ],
  },
  { name: 'board', columns: 100, rows: 24, script: { upTo: 3 }, keys: [['3', 'enter opens them']] },
  {
    name: 'predict',
    columns: 100,
    rows: 24,
    script: { upTo: 3 },
    keys: [
      ['w', 'Which of these flows'],
      ['1', '[x] 1'],
      [enter, 'enter runs'],
    ],
  },
]

let stale = 0
mkdirSync(folder, { recursive: true })
for (const shot of shots) {
  const screen = openScreen({ columns: shot.columns, rows: shot.rows, script: shot.script ?? {} })
  await screen.waitFor('run next')
  for (const [key, wait] of shot.keys) {
    screen.type(key)
    await screen.waitFor(wait)
  }
  const svg = toSvg(await cellsOf(screen.stdout.coloured(), shot.columns, shot.rows), `hipster-workshop: ${shot.name}`)
  screen.unmount()
  const file = join(folder, `${shot.name}.svg`)
  const fresh = existsSync(file) && readFileSync(file, 'utf8') === svg
  if (process.argv.includes('--check')) {
    if (!fresh) {
      stale += 1
      process.stdout.write(`out of date: docs/screens/${shot.name}.svg\n`)
    }
  } else if (!fresh) {
    writeFileSync(file, svg)
    process.stdout.write(`wrote docs/screens/${shot.name}.svg\n`)
  }
}
if (stale > 0) process.stdout.write('Run: npm run pictures\n')
process.exit(stale > 0 ? 1 : 0)
