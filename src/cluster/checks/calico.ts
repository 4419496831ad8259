import { type Check, fail, ok, skip, warn } from './check.ts'

export const calicoChecks: readonly Check[] = [
  {
    code: 'CALICO_API',
    title: "Calico's v3 API",
    needsCluster: true,
    async run({ needsCalico = true }, facts) {
      const { features, resources } = await facts.surface()
      if (!features.calicoApi && !needsCalico) return skip('not served here; this track does not need it')
      if (features.calicoApi)
        return ok(
          `projectcalico.org/v3, ${features.calicoMode === 'native' ? 'native kinds' : "by Calico's API server"}`,
        )
      if (features.calico) {
        return fail(
          'Calico is there, but not its v3 API (manifest install, minikube --cni=calico, or managed by AKS or GKE)',
          "Install Calico's API server (apiserver.yaml of your version, or the operator's APIServer). Clouds that manage Calico offer only Kubernetes policy: --track netpol works there.",
        )
      }
      const cilium = [...resources.keys()].some((group) => group.startsWith('cilium.io/'))
      return fail(
        cilium ? 'this cluster runs Cilium, not Calico' : 'there is no Calico here',
        'The track calico needs Calico open source 3.29 or newer, Enterprise or Cloud. --track netpol works with every CNI that enforces NetworkPolicy; the sandbox works everywhere.',
      )
    },
  },
  {
    code: 'CALICO_APISERVER',
    title: "Calico's API server is up",
    needsCluster: true,
    async run({ cluster }) {
      const service = await cluster!.get({
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        name: 'v3.projectcalico.org',
      })
      if (!service?.spec?.service) return skip('there is no aggregated API server for projectcalico.org')
      const available = (service.status?.conditions ?? []).find((condition: any) => condition.type === 'Available')
      if (!available || available.status === 'True') return ok('available')
      return fail(
        `it is not available: ${available.message ?? available.reason ?? 'no reason given'}`,
        'Look at its pods: kubectl get pods -A -l k8s-app=calico-apiserver. A default deny that also selects them can cause this.',
      )
    },
  },
  {
    code: 'CALICO_EDITION',
    title: 'Edition and version',
    needsCluster: true,
    async run(_context, facts) {
      const { features } = await facts.surface()
      if (!features.calico) return skip('there is no Calico here')
      const edition = features.edition === 'enterprise' ? 'Enterprise or Cloud' : 'open source'
      if (features.calicoVersion) return ok(`${edition} ${features.calicoVersion}`)
      return warn(
        `${edition} (version not told)`,
        'Nothing depends on it: what this Calico can do is seen in its API. To know it, ask for get on clusterinformations (doctor --rbac).',
      )
    },
  },
  {
    code: 'CALICO_TIERS',
    title: 'Tiers',
    needsCluster: true,
    async run({ needsCalico = true }, facts) {
      const { features } = await facts.surface()
      if (!features.calicoApi) return skip('there is no v3 API')
      if (!features.tiers && !needsCalico) return skip('none; this track does not need them')
      if (features.tiers) return ok('served')
      return fail(
        'this Calico has no tiers (open source before 3.29)',
        'Update Calico to 3.29 or newer, or use --track netpol.',
      )
    },
  },
  {
    code: 'CALICO_STAGED',
    title: 'Staged policies',
    needsCluster: true,
    async run({ needsCalico = true }, facts) {
      const { features } = await facts.surface()
      if (!features.calicoApi) return skip('there is no v3 API')
      if (!features.staged && !needsCalico) return skip('none; this track does not need them')
      if (features.staged) return ok('served')
      return warn(
        'this Calico has no staged policies (open source before 3.30)',
        'Nothing to do: step 3 then explains the deny, and step 7 applies it.',
      )
    },
  },
  {
    code: 'CALICO_DOMAINS',
    title: 'Domain rules',
    needsCluster: true,
    async run(_context, facts) {
      const { features } = await facts.surface()
      if (!features.calicoApi) return skip('there is no v3 API')
      return ok(
        features.domains
          ? 'allowedEgressDomains is accepted'
          : 'not in this edition: step 7 uses the addresses of the names instead',
      )
    },
  },
]
