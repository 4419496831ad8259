/** Rights in Calico's tiers: `auth can-i` does not know them, so only a dry run tells. */
import { loadManifest } from './manifest.ts'
import type { ClusterPort, KubeObject, Operation } from './port.ts'

const v3 = 'projectcalico.org/v3'
const tiered = ['GlobalNetworkPolicy', 'NetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedNetworkPolicy']

export interface TierQuestion {
  kind: string
  tier: string
  namespace?: string
}

/** Which policies of which tiers these operations write or delete. */
export function tierQuestions(operations: readonly Operation[]): TierQuestion[] {
  const questions = operations
    .flatMap(objectsOf)
    .filter(({ apiVersion, kind }) => apiVersion === v3 && tiered.includes(kind))
    .map(({ kind, metadata, spec }): TierQuestion => {
      const place = kind.includes('Global') ? {} : { namespace: metadata.namespace ?? 'default' }
      return { kind, tier: spec?.tier ?? 'default', ...place }
    })
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()]
}

function objectsOf(operation: Operation): readonly KubeObject[] {
  if (operation.kind === 'apply') return operation.objects ?? loadManifest(operation.path)
  if (operation.kind === 'delete-object') {
    const { apiVersion, kind, name, namespace } = operation.ref
    // The name says the tier: up to 3.31 it must, and ours do everywhere.
    const tier = name.includes('.') ? name.slice(0, name.indexOf('.')) : 'default'
    return [{ apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) }, spec: { tier } }]
  }
  return operation.kind === 'delete' ? loadManifest(operation.path) : []
}

/** The server's refusal, or null. A tier that is not there yet says nothing. */
export async function tierRefusal(
  cluster: Pick<ClusterPort, 'create'>,
  { kind, tier, namespace }: TierQuestion,
  signal?: AbortSignal,
): Promise<string | null> {
  const metadata = { name: `${tier}.hipster-workshop-question`, ...(namespace === undefined ? {} : { namespace }) }
  const spec = { tier, order: 1, selector: 'hipster-workshop-question == "nobody"', types: ['Ingress'] }
  try {
    await cluster.create({ apiVersion: v3, kind, metadata, spec }, { dryRun: true })
    return null
  } catch (error) {
    signal?.throwIfAborted()
    const { status, message } = error as { status?: number; message: string }
    if ((status === 403 || isAboutTier(message)) && !/does not exist/.test(message)) return message
    return null
  }
}

/** Not the plain right on the kind, which `auth can-i` tells as well. */
export function isAboutTier(message: string): boolean {
  return /tiered-rbac\.projectcalico\.org"? denied|in tier "|Calico tiered policy is forbidden/.test(message)
}
