/** Bundles a test program once, so that every pty test starts it in a moment instead of compiling it again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../..', import.meta.url))

export async function bundleProgram(entry: string): Promise<{ file: string; remove(): void }> {
  const dir = mkdtempSync(join(tmpdir(), 'hw-bundle-'))
  const build = await rolldown({
    input: { app: entry },
    platform: 'node',
    external: [/^node:/],
    resolve: { alias: { 'react-devtools-core': join(root, 'scripts/empty-module.mjs') } },
    transform: { define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' } },
  })
  await build.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await build.close()
  return { file: join(dir, 'app.mjs'), remove: () => rmSync(dir, { recursive: true, force: true }) }
}
