#!/usr/bin/env node
// The bin. Only node: modules are loaded before the fast paths; this is the one place that sets the exit code.
import nodeModule from 'node:module'

declare const __HIPSTER_WORKSHOP_VERSION__: string | undefined

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

function version(): string {
  if (typeof __HIPSTER_WORKSHOP_VERSION__ === 'string') return __HIPSTER_WORKSHOP_VERSION__
  return (nodeModule.createRequire(import.meta.url)('../package.json') as { version: string }).version
}

async function start(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${version()}\n`)
    return
  }
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(
      `error: hipster-workshop needs Node 20.19 or newer; this is ${process.versions.node}. [NODE_TOO_OLD]\n` +
        '  Install a current Node (nodejs.org, or your version manager) and try again.\n',
    )
    process.exitCode = 5
    return
  }
  // Ink's colour library looks at FORCE_COLOR only, and treats an empty CI as a CI.
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0'
  if (process.env.CI === '')
    delete process.env.CI
    // Absent on Node 20.
  ;(nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.()
  // Node 20 compiles a function for speed after 132 KB of its bytecode have run. Most runs here are over in seconds and
  // run thousands of functions a little: a fifth of a whole track's CPU went into code that was hardly used. What really
  // is hot reaches this budget some milliseconds later. Later Nodes have a cheaper middle tier, and other numbers.
  if (major === 20) (await import('node:v8')).setFlagsFromString('--interrupt-budget=300000')
  const { runProgram } = await import('./commands/program.ts')
  process.exitCode = await runProgram(args, version())
}

await start()
