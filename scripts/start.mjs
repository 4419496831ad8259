// `npm start`: builds when dist is missing or older than src, then starts the workshop with the given arguments.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' })
if (built.status !== 0) process.exit(built.status ?? 1)
// Imported, not spawned: signals and the terminal belong to the program itself.
process.argv[1] = join(root, 'dist/cli.js')
await import('../dist/cli.js')
