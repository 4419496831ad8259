import { coerce, lt } from 'semver'
import { WorkshopError } from '../../errors/workshop-error.ts'
import { judgeFacts } from '../lab-guard.ts'
import { type Check, type CheckResult, fail, ok, skip, warn } from './check.ts'

function unreachable(error: unknown): CheckResult {
  const { message, hint } = (error ?? {}) as { message?: string; hint?: string }
  return fail(message ?? 'it could not be opened', hint ?? 'Check the context, the network, VPN and proxy.')
}

export const reachChecks: readonly Check[] = [
  {
    code: 'CLUSTER_REACHABLE',
    title: 'The cluster answers',
    needsCluster: false,
    async run({ cluster, connectError }, facts) {
      if (!cluster) return unreachable(connectError)
      try {
        // Which kinds it serves: every command begins with this.
        await facts.surface()
      } catch (error) {
        if (error instanceof WorkshopError) return unreachable(error)
        throw error
      }
      return ok(`${cluster.context} at ${cluster.server}`)
    },
  },
  {
    code: 'SERVER_VERSION',
    title: 'Kubernetes version',
    needsCluster: true,
    async run(_context, facts) {
      const { serverVersion } = await facts.surface()
      const version = coerce(serverVersion)
      if (!version) return skip('the server does not say its version')
      // Ephemeral containers are generally available from 1.25 on.
      if (lt(version, '1.25.0'))
        return fail(`${serverVersion} has no ephemeral containers`, 'Use a cluster of Kubernetes 1.25 or newer.')
      return ok(serverVersion)
    },
  },
  {
    code: 'LOOKS_LIKE_LAB',
    title: 'This looks like a lab',
    needsCluster: true,
    async run({ cluster }, facts) {
      const [namespaces, nodes] = await Promise.all([facts.namespaces(), facts.nodes()])
      if (!namespaces) return skip('namespaces may not be listed')
      const judgement = judgeFacts({
        context: cluster!.context,
        server: cluster!.server,
        namespaces: namespaces.map((namespace) => namespace.metadata.name),
        nodes: nodes?.length ?? 0,
      })
      if (judgement.looksLikeLab) return ok('nothing speaks against it')
      return warn(
        `${judgement.reasons.length} reason(s) against it`,
        'Use a cluster of your own. To go on here, the workshop asks for its name.',
        judgement.reasons,
      )
    },
  },
]
