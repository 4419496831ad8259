// Writes dist/tracks.json: the packaged tracks as the program uses them (see src/workshop/load-compiled.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileContent } from '../src/workshop/compile.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
mkdirSync(join(root, 'dist'), { recursive: true })
writeFileSync(join(root, 'dist', 'tracks.json'), compileContent(root))
