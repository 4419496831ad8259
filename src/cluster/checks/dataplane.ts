import type { KubeObject } from '../port.ts'
import { type Check, fail, ok, skip, warn } from './check.ts'
import { isReady } from './facts.ts'

const v3 = 'projectcalico.org/v3'

export const dataplaneChecks: readonly Check[] = [
  {
    code: 'CALICO_DATAPLANE',
    title: 'Calico enforces policy on the nodes',
    needsCluster: true,
    async run({ needsCalico = true }, facts) {
      const pods = await facts.systemPods()
      if (!pods) return skip('the pods of kube-system and calico-system may not be listed')
      const agents = pods.filter((pod) => pod.metadata.labels?.['k8s-app'] === 'calico-node')
      if (agents.length === 0) {
        if (!needsCalico)
          return skip('there is no calico-node; whether another CNI enforces policies, the first policy shows')
        const other = pods.find((pod) =>
          /^(cilium|kindnet|kube-flannel|aws-node|weave-net|antrea-agent)/.test(pod.metadata.name),
        )
        return fail(
          other ? `there is no calico-node; ${other.metadata.name} looks like the CNI` : 'there is no calico-node pod',
          'Policies would be accepted and traffic would still flow. Install Calico as the CNI or in policy-only mode.',
        )
      }
      const away = agents.filter((pod) => !isReady(pod)).map((pod) => pod.metadata.name)
      if (away.length > 0)
        return warn(
          `${away.length} of ${agents.length} calico-node pods are not ready`,
          'Pods on those nodes are not policed reliably. Look at them: kubectl describe pod -A -l k8s-app=calico-node',
          away,
        )
      return ok(`calico-node runs ${agents.length} time(s)`)
    },
  },
  {
    code: 'FELIX_DENY_ACTION',
    title: 'Denied packets are dropped',
    needsCluster: true,
    async run(_context, facts) {
      if (!(await facts.surface()).features.calicoApi) return skip('there is no v3 API')
      const configurations = await facts.list({ apiVersion: v3, kind: 'FelixConfiguration' })
      if (!configurations) return skip('FelixConfiguration may not be read')
      const rejecting = configurations.filter((one) =>
        [one.spec?.iptablesFilterDenyAction, one.spec?.nftablesFilterDenyAction].includes('Reject'),
      )
      if (rejecting.length === 0) return ok('the default, Drop')
      const name = rejecting[0]!.metadata.name
      return fail(
        `FelixConfiguration ${name} rejects denied packets: a blocked port then looks like a closed one, and no "blocked" can be proved`,
        `For the workshop: kubectl patch felixconfiguration ${name} --type=merge -p '{"spec":{"iptablesFilterDenyAction":"Drop","nftablesFilterDenyAction":"Drop"}}'`,
      )
    },
  },
  {
    code: 'CLUSTER_DNS',
    title: 'Cluster DNS',
    needsCluster: true,
    async run(_context, facts) {
      const pods = await facts.systemPods()
      if (!pods) return skip('the pods of kube-system may not be listed')
      const dns = pods.filter((pod) => pod.metadata.labels?.['k8s-app'] === 'kube-dns')
      const up = dns.filter(isReady)
      if (up.length > 0) return ok(`${up.length} ready`)
      if (dns.length > 0)
        return fail(
          'no DNS pod is ready: no name resolves, and every probe would fail for that reason',
          'Look at it: kubectl describe pods -n kube-system -l k8s-app=kube-dns',
        )
      return fail(
        'no pod carries k8s-app=kube-dns',
        'The DNS policies of the workshop select that label. Where DNS runs elsewhere (OpenShift: openshift-dns), adapt manifests/calico/03-global.yaml.',
      )
    },
  },
  {
    code: 'NODELOCAL_DNS',
    title: 'NodeLocal DNSCache',
    needsCluster: true,
    async run(_context, facts) {
      const pods = await facts.systemPods()
      if (!pods) return skip('the pods of kube-system may not be listed')
      const caches = pods.filter((pod) => pod.metadata.labels?.['k8s-app'] === 'node-local-dns')
      if (caches.length === 0) return ok('not in use')
      return warn(
        'pods ask a cache on their node, which no selector of kube-dns matches',
        `Allow its address too (usually 169.254.20.10, or the cluster DNS address ${localAddress(caches)}): add it as nets to the DNS rules of manifests/calico/03-global.yaml.`,
      )
    },
  },
  {
    code: 'HOST_ENDPOINTS',
    title: 'No host endpoints',
    needsCluster: true,
    async run(_context, facts) {
      if (!(await facts.surface()).features.calicoApi) return skip('there is no v3 API')
      const endpoints = await facts.list({ apiVersion: v3, kind: 'HostEndpoint' })
      if (!endpoints) return skip('HostEndpoint may not be listed')
      if (endpoints.length === 0) return ok('none')
      return warn(
        `${endpoints.length} host endpoint(s): policies of this cluster can also cut nodes off`,
        "The workshop's own policies select only pods of its namespaces; write yours the same way, never with all().",
        endpoints.map((endpoint) => endpoint.metadata.name),
      )
    },
  },
]

function localAddress(caches: readonly KubeObject[]): string {
  const args = caches.flatMap((pod) => pod.spec?.containers ?? []).flatMap((container: any) => container.args ?? [])
  const at = args.indexOf('-localip')
  return at >= 0 ? String(args[at + 1]) : 'of your cluster'
}
