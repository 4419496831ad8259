import { coerce, lt, major } from 'semver'
import { type Check, fail, ok, skip, warn } from './check.ts'

export const machineChecks: readonly Check[] = [
  {
    code: 'NODE_VERSION',
    title: 'Node.js',
    needsCluster: false,
    run({ nodeVersion }) {
      if (lt(nodeVersion, '20.19.0'))
        return fail(`Node ${nodeVersion} is too old`, 'Install Node 22 or newer (20.19 is the oldest that works).')
      if (major(nodeVersion) < 22)
        return warn(`Node ${nodeVersion} works, but is out of support`, 'Install Node 22 or newer when you can.')
      return ok(`Node ${nodeVersion}`)
    },
  },
  {
    code: 'KUBECTL',
    title: 'kubectl',
    needsCluster: false,
    run({ kubectl }) {
      const without = 'The workshop then talks to the API itself; the lines it shows need kubectl in your terminal.'
      switch (kubectl.kind) {
        case 'found':
          return ok(`${kubectl.version} at ${kubectl.path}`)
        case 'too-old':
          return warn(
            `${kubectl.path} is ${kubectl.version}; ${kubectl.needed} is the oldest that works`,
            `Install a newer kubectl. ${without}`,
          )
        case 'broken':
          return warn(`${kubectl.path} does not run: ${kubectl.message}`, `Install kubectl anew. ${without}`)
        case 'missing':
          return warn(`not found (${kubectl.tried})`, `Install kubectl, or set HW_KUBECTL to it. ${without}`)
      }
    },
  },
  {
    code: 'KUBECTL_SKEW',
    title: 'kubectl fits the server',
    needsCluster: true,
    async run({ kubectl }, facts) {
      if (kubectl.kind !== 'found') return skip('there is no usable kubectl')
      const { serverVersion } = await facts.surface()
      const [mine, theirs] = [coerce(kubectl.version), coerce(serverVersion)]
      if (!mine || !theirs) return skip('the server does not say its version')
      const apart = mine.minor - theirs.minor
      if (Math.abs(apart) <= 1) return ok(`${kubectl.version} with server ${serverVersion}`)
      return warn(
        `kubectl ${kubectl.version} is ${Math.abs(apart)} minor versions ${apart > 0 ? 'newer' : 'older'} than the server ${serverVersion}`,
        'Kubernetes supports one minor version of difference. Install a kubectl nearer to the server, or use --via api.',
      )
    },
  },
]
