// Packs the project and uses the tarball as a stranger would: an empty folder, an empty npm cache, `npx ./x.tgz`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const work = mkdtempSync(join(tmpdir(), 'hw-package-'))
let passed = 0
let failed = 0

function check(title, ok, detail = '') {
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${title}${detail ? `: ${detail}` : ''}`)
}

function run(command, args, options = {}) {
  const { env, ...rest } = options
  return spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 64 * 1024 * 1024,
    ...rest,
    env: { ...process.env, ...env },
  })
}

function size(path) {
  const info = statSync(path)
  return info.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0) : info.size
}

try {
  const pack = run('npm', ['pack', '--json', '--pack-destination', work], { cwd: root })
  check('npm pack', pack.status === 0, pack.status === 0 ? '' : pack.stderr)
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))
  renameSync(join(work, tarball), join(work, 'x.tgz'))
  run('tar', ['xzf', 'x.tgz'], { cwd: work })
  const names = run('tar', ['tzf', 'x.tgz'], { cwd: work }).stdout.split('\n')
  for (const part of [
    'package/dist/cli.js',
    'package/dist/sandbox-thread.js',
    'package/dist/clusters/',
    'package/steps/calico/',
    'package/manifests/calico/',
    'package/LICENSE',
    'package/README.md',
  ]) {
    check(
      `the tarball holds ${part}`,
      names.some((name) => name.startsWith(part)),
    )
  }
  check(
    'nothing of src, test or scripts is shipped',
    !names.some((name) => /^package\/(src|test|scripts)\//.test(name)),
  )
  const unpacked = size(join(work, 'package'))
  check('under 5 MB unpacked', unpacked < 5_000_000, `${(unpacked / 1e6).toFixed(2)} MB`)

  const empty = join(work, 'empty')
  mkdirSync(empty)
  // npx looks for a project upwards and takes ./x.tgz from there; a stray one above would be found.
  writeFileSync(join(empty, 'package.json'), '{}\n')
  renameSync(join(work, 'x.tgz'), join(empty, 'x.tgz'))
  const env = {
    npm_config_cache: join(work, 'cache'),
    npm_config_update_notifier: 'false',
    HIPSTER_WORKSHOP_HOME: join(work, 'home'),
  }
  const version = run('npx', ['--yes', './x.tgz', '--version'], { cwd: empty, env })
  check(
    'npx ./x.tgz --version',
    version.status === 0 && /^\d+\.\d+\.\d+\s*$/.test(version.stdout),
    (version.stdout + version.stderr).trim(),
  )
  const first = run(
    'npx',
    [
      '--yes',
      './x.tgz',
      'run',
      '--step',
      '0',
      '--auto',
      '--sandbox',
      '--via',
      'api',
      '--time-scale',
      '0',
      '-o',
      'json',
    ],
    { cwd: empty, env },
  )
  const last = first.stdout.trim().split('\n').at(-1) ?? ''
  check(
    'npx ./x.tgz runs and proves step 0 on the sandbox',
    first.status === 0 && last.includes('"run-finished"') && last.includes('"ok":true'),
    first.status === 0 ? '' : first.stderr.slice(0, 2000),
  )
  const matrix = first.stdout
    .split('\n')
    .filter((line) => line.includes('"probe-settled"') && line.includes('"set":"matrix"')).length
  check('with 143 measured pairs', matrix === 143, String(matrix))
} finally {
  rmSync(work, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
