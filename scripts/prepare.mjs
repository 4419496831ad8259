// Runs on `npm ci` in a clone and before `npm pack`. Without the build tools (NODE_ENV=production) it says what to do and
// lets the install go on: `npm start` says it again.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
if (!existsSync(join(root, 'node_modules/rolldown'))) {
  console.warn('hipster-workshop: not built, because npm left out the development packages. Run: npm ci --include=dev')
  process.exit(0)
}
const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
process.exit(built.status ?? 1)
