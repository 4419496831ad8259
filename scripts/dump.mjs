// Prints every object of a cluster, one JSON line each, without what differs between two equal states. Usage: dump.mjs KUBECTL
// KUBECONFIG [CONTEXT]
import { spawnSync } from 'node:child_process'
import { dumpLines, leftOut } from './dump-lines.mjs'

const [kubectl, kubeconfig, context] = process.argv.slice(2)

function run(args) {
  const base = ['--kubeconfig', kubeconfig, ...(context ? ['--context', context] : [])]
  const result = spawnSync(kubectl, [...base, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, KUBERC: 'off' },
  })
  if (result.status !== 0) {
    process.stderr.write(result.stderr)
    process.exit(1)
  }
  return result.stdout
}

const kinds = run(['api-resources', '--verbs=list', '-o', 'name'])
  .split('\n')
  .filter((name) => name && !leftOut.has(name))
process.stdout.write(`${dumpLines(JSON.parse(run(['get', kinds.join(','), '-A', '-o', 'json'])).items).join('\n')}\n`)
