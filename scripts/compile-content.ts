// Writes what the program would have to work out at each start: dist/tracks.json, the packaged tracks as it uses them
// (src/workshop/load-compiled.ts), and dist/clusters, the sandbox's clusters freshly installed (src/sandbox/life/seed).
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { calicoValues } from '../src/commands/options.ts'
import { bakeCluster } from '../src/sandbox/life/seed/bake.ts'
import { compileContent } from '../src/workshop/compile.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const clusters = join(root, 'dist', 'clusters')
mkdirSync(clusters, { recursive: true })
writeFileSync(join(root, 'dist', 'tracks.json'), compileContent(root))
for (const calico of calicoValues) writeFileSync(join(clusters, `${calico}.json`), await bakeCluster(calico))
