/**
 * Pictures of key screens for the README, from real frames. `npm run pictures` writes them, `--check` says which are out of
 * date (exit 1); a test does the same.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawPictures } from '../test/helpers/pictures.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../docs/screens')
const isCheck = process.argv.includes('--check')
mkdirSync(folder, { recursive: true })
let stale = 0
for (const { name, svg } of await drawPictures()) {
  const file = join(folder, `${name}.svg`)
  if (existsSync(file) && readFileSync(file, 'utf8') === svg) continue
  stale += 1
  if (!isCheck) writeFileSync(file, svg)
  process.stdout.write(`${isCheck ? 'out of date:' : 'wrote'} docs/screens/${name}.svg\n`)
}
if (isCheck && stale > 0) {
  process.stdout.write('Run: npm run pictures\n')
  process.exitCode = 1
}
