// Bundles src/cli.ts into dist/: ESM, code-split (client-node, Ink and the sandbox load when they are needed), no run-time
// dependencies. `--if-stale` builds only when dist is missing or older than what it is made from.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const entry = join(dist, 'cli.js')

function newest(path) {
  const info = statSync(path)
  if (!info.isDirectory()) return info.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

if (process.argv.includes('--if-stale') && existsSync(entry)) {
  const made = statSync(entry).mtimeMs
  const sources = ['src', 'steps', 'manifests', 'package.json', 'scripts/build.mjs']
    .map((name) => join(root, name))
    .filter((path) => existsSync(path))
  if (Math.max(...sources.map(newest)) <= made) process.exit(0)
}

let rolldown
try {
  ;({ rolldown } = await import('rolldown'))
} catch {
  if (process.argv.includes('--if-stale') && existsSync(entry)) process.exit(0)
  console.error(
    'error: the program is not built and its build tools are missing.\n' +
      '  npm left out the development packages (NODE_ENV=production or --omit=dev).\n' +
      '  Run: npm ci --include=dev && npm run build',
  )
  process.exit(1)
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })

const licences = new Map()
const notices = {
  name: 'third-party-notices',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      for (const id of Object.keys(chunk.modules ?? {})) {
        const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id.replaceAll('\\', '/'))
        if (match && !licences.has(match[1])) licences.set(match[1], match[2])
      }
    }
  },
}

// Ink's layout decodes its embedded WebAssembly through `fetch`, which makes Node load a whole HTTP client (10 MB, tens of
// milliseconds before the first frame); without one it decodes the text itself.
const asksForFetch = '"function"!=typeof fetch'
const withoutFetch = {
  name: 'yoga-without-fetch',
  transform(code, id) {
    if (!/yoga-wasm-base64/.test(id)) return null
    if (!code.includes(asksForFetch)) throw new Error(`${id} has changed: it no longer asks for fetch`)
    return { code: code.replaceAll(asksForFetch, 'true'), map: null }
  },
}

const build = await rolldown({
  input: { cli: join(root, 'src/cli.ts'), 'sandbox-thread': join(root, 'src/sandbox/thread.ts') },
  platform: 'node',
  external: [/^node:/],
  // Terminal-only debugging aid of Ink: a stub keeps it out of the bundle.
  resolve: { alias: { 'react-devtools-core': join(root, 'scripts/empty-module.mjs') } },
  transform: {
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      __HIPSTER_WORKSHOP_VERSION__: JSON.stringify(version),
    },
  },
  plugins: [notices, withoutFetch],
  onLog(level, log, handler) {
    if (level === 'warn' && /EVAL|CIRCULAR|COMMONJS_VARIABLE/i.test(log.code ?? '')) return
    handler(level, log)
  },
})
await build.write({
  dir: dist,
  format: 'esm',
  minify: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
})
await build.close()
chmodSync(entry, 0o755)

// The packaged tracks, parsed ahead; the program falls back to the YAML when they do not fit.
const compiled = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/compile-content.ts')], {
  cwd: root,
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)

const sections = [...licences]
  .sort((a, b) => a[1].localeCompare(b[1]))
  .map(([folder, name]) => {
    const meta = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(
      (entry) => /^(licen[cs]e|copying)/i.test(entry) && statSync(join(folder, entry)).isFile(),
    )
    const text = file
      ? readFileSync(join(folder, file), 'utf8').trim()
      : `Licence: ${meta.license ?? 'see the package'}`
    return `## ${name} ${meta.version ?? ''} (${meta.license ?? 'see below'})\n\n${text}\n`
  })
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.md'), `# Third-party code in this bundle\n\n${sections.join('\n')}`)
