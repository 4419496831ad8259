/** Which Calico is it, and what can it do: by what the API serves, never by a version number alone. */

import { findResource, type Resources } from './discovery.ts'
import type { Features } from './port.ts'
import type { Transport } from './transport.ts'

const v3 = 'projectcalico.org/v3'

/** Kinds only Enterprise's operator brings; the operator itself tells the editions apart by them. */
const enterpriseOperatorKinds = ['LogStorage', 'Manager', 'Compliance', 'IntrusionDetection']

export async function readFeatures(
  transport: Transport,
  resources: Resources,
  signal?: AbortSignal,
): Promise<Features> {
  const groups = new Set([...resources.keys()].map((groupVersion) => groupVersion.split('/')[0]!))
  const served = (kind: string) => findResource(resources, { apiVersion: v3, kind }) !== null
  const calicoApi = resources.has(v3)
  const calico = calicoApi || groups.has('crd.projectcalico.org') || groups.has('projectcalico.org')
  if (!calico)
    return {
      calico: false,
      calicoApi: false,
      calicoMode: 'none',
      tiers: false,
      staged: false,
      domains: false,
      edition: 'none',
    }

  const quiet = async (path: string) => {
    try {
      return await transport.json({ method: 'GET', path, signal, attempts: 2 })
    } catch (error) {
      if (signal?.aborted) throw error
      // Not there, or not for this user: the answer is then simply not known.
      return null
    }
  }
  const [domains, service, information, installation] = await Promise.all([
    calicoApi ? acceptsDomains(transport, signal) : false,
    calicoApi ? quiet('/apis/apiregistration.k8s.io/v1/apiservices/v3.projectcalico.org') : null,
    served('ClusterInformation') ? quiet(`/apis/${v3}/clusterinformations/default`) : null,
    resources.get('operator.tigera.io/v1')?.some((resource) => resource.kind === 'Installation')
      ? quiet('/apis/operator.tigera.io/v1/installations/default')
      : null,
  ])

  const variant: string | undefined = installation?.status?.variant ?? installation?.spec?.variant
  const operatorKinds = (resources.get('operator.tigera.io/v1') ?? []).map((resource) => resource.kind)
  const enterprise =
    variant !== undefined
      ? variant !== 'Calico'
      : Boolean(information?.spec?.cnxVersion) ||
        served('LicenseKey') ||
        groups.has('operator.calicocloud.io') ||
        operatorKinds.some((kind) => enterpriseOperatorKinds.includes(kind))
  const version: string | undefined =
    (enterprise ? information?.spec?.cnxVersion : undefined) ??
    installation?.status?.calicoVersion ??
    information?.spec?.calicoVersion

  return {
    calico: true,
    calicoApi,
    calicoMode: calicoApi ? await mode(resources, service, quiet) : 'none',
    tiers: served('Tier'),
    staged: served('StagedGlobalNetworkPolicy'),
    domains,
    ...(version ? { calicoVersion: version } : {}),
    edition: enterprise ? 'enterprise' : 'open-source',
  }
}

/** Native v3 kinds are CRDs of the group itself; an aggregated API server stands behind an APIService with a Service. */
async function mode(
  resources: Resources,
  service: any,
  quiet: (path: string) => Promise<any>,
): Promise<Features['calicoMode']> {
  if (service) return service.spec?.service ? 'aggregated' : 'native'
  if (resources.has('apiextensions.k8s.io/v1')) {
    const crd = await quiet('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tiers.projectcalico.org')
    if (crd) return 'native'
  }
  return 'aggregated'
}

/** Whether GlobalNetworkSet knows `allowedEgressDomains`: by its schema, else by asking with a strict dry run. */
async function acceptsDomains(transport: Transport, signal?: AbortSignal): Promise<boolean> {
  const schemas = await v3Schemas(transport, signal)
  const sets = Object.entries(schemas).filter(([name]) => /GlobalNetworkSet(Spec)?$/.test(name))
  if (sets.length > 0) return sets.some(([, schema]) => JSON.stringify(schema).includes('"allowedEgressDomains"'))
  try {
    await transport.send({
      method: 'POST',
      path: `/apis/${v3}/globalnetworksets`,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      body: {
        apiVersion: v3,
        kind: 'GlobalNetworkSet',
        metadata: { name: 'hipster-workshop-domains-question' },
        spec: { allowedEgressDomains: ['example.com'] },
      },
      signal,
      attempts: 2,
      repeatable: true,
    })
    return true
  } catch (error) {
    if (signal?.aborted) throw error
    return false
  }
}

async function v3Schemas(transport: Transport, signal?: AbortSignal): Promise<Record<string, unknown>> {
  try {
    // By its own path: the index would make the server put every document together.
    const document = await transport.json({ method: 'GET', path: `/openapi/v3/apis/${v3}`, signal, attempts: 2 })
    return document?.components?.schemas ?? {}
  } catch (error) {
    if (signal?.aborted) throw error
    return {}
  }
}
