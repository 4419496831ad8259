import { type Need, needsOf, refusedNeeds, shownNeed } from '../permissions.ts'
import type { ClusterPort } from '../port.ts'
import { tierQuestions, tierRefusal } from '../tier-rights.ts'
import { type Check, type CheckContext, fail, ok, skip } from './check.ts'
import type { Facts } from './facts.ts'

const ask = 'Ask for what `hipster-workshop doctor --rbac` prints, or use a context with more rights.'

export const rightsChecks: readonly Check[] = [
  {
    code: 'PERMISSIONS',
    title: 'What each step needs to do',
    needsCluster: true,
    async run(context, facts) {
      if (context.steps.length === 0) return skip('no steps were given')
      const cluster = context.cluster!
      const steps = await Promise.all(
        context.steps.map(async ({ step, title, operations }) => {
          const needs = (await Promise.all(operations.map((operation) => needsOf(operation, cluster)))).flat()
          return { step, title, missing: grouped(await refusedNeeds(needs, facts.may)) }
        }),
      )
      const short = steps.filter(({ missing }) => missing.length > 0)
      if (short.length === 0) return ok(`${steps.length} steps, all allowed`)
      return fail(
        `${short.length} of ${steps.length} steps are not allowed`,
        ask,
        steps.map(({ step, title, missing }) => `step ${step} ${title}: ${missingText(missing)}`),
      )
    },
  },
  {
    code: 'STATE_RIGHTS',
    title: 'The state of the track can be read and recorded',
    needsCluster: true,
    async run({ cluster, reads = [], stateNamespace }, facts) {
      const { resources } = await facts.surface()
      const lists = reads.flatMap(({ apiVersion, kind }): Need[] => {
        const resource = resources.get(apiVersion)?.find((one) => one.kind === kind)
        return resource ? [{ verb: 'list', ...groupOf(apiVersion), resource: resource.name }] : []
      })
      const missing = [
        ...(await refusedNeeds(lists, facts.may)),
        ...(stateNamespace === undefined ? [] : await recordNeeds(cluster!, stateNamespace, facts)),
      ]
      if (missing.length === 0) return ok('allowed')
      return fail(
        'without it no step is begun: nobody could say what was there before, or how far the track is',
        ask,
        grouped(missing),
      )
    },
  },
  {
    code: 'TIER_RIGHTS',
    title: "Rights in Calico's tiers",
    needsCluster: true,
    async run(context, facts) {
      const { features } = await facts.surface()
      if (!features.tiers) return skip('there are no tiers')
      if (context.tiers.length === 0) return skip('this track writes into no tier')
      const answers = await Promise.all(
        context.tiers.map(async (tier) => {
          const message = await tierRefusal(context.cluster!, { kind: 'GlobalNetworkPolicy', tier }, context.signal)
          return message === null ? null : `${tier}${stepsIn(tier, context)}: ${message}`
        }),
      )
      const refused = answers.filter((text) => text !== null)
      if (refused.length === 0) return ok(`policies may be written in ${context.tiers.join(', ')}`)
      return fail(
        'policies may not be written in every tier (kubectl auth can-i does not know tier rights)',
        ask,
        refused,
      )
    },
  },
]

/** The steps that write policies in this tier. */
function stepsIn(tier: string, { steps }: CheckContext): string {
  const numbers = steps
    .filter(({ operations }) => tierQuestions(operations).some((question) => question.tier === tier))
    .map(({ step }) => step)
  return numbers.length === 0 ? '' : ` (step ${numbers.join(', ')})`
}

function missingText(missing: readonly string[]): string {
  if (missing.length === 0) return 'allowed'
  return `${missing.slice(0, 6).join('; ')}${missing.length > 6 ? `; and ${missing.length - 6} more` : ''}`
}

async function recordNeeds(cluster: ClusterPort, namespace: string, facts: Facts): Promise<Need[]> {
  const needs: Need[] = ['get', 'create', 'patch', 'delete'].map((verb) => ({
    verb,
    resource: 'configmaps',
    namespace,
  }))
  const see: Need = { verb: 'get', resource: 'namespaces', name: namespace }
  const refused = await refusedNeeds([...needs, see], facts.may)
  if (refused.includes(see)) return refused
  const isThere = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) !== null
  return [...refused, ...(isThere ? [] : await refusedNeeds([{ verb: 'create', resource: 'namespaces' }], facts.may))]
}

function groupOf(apiVersion: string): { group?: string } {
  return apiVersion.includes('/') ? { group: apiVersion.split('/')[0]! } : {}
}

/** One line per resource: `get, patch tiers.projectcalico.org "security", "platform"`. */
function grouped(needs: readonly Need[]): string[] {
  const byPlace = new Map<string, { verbs: Set<string>; names: Set<string>; need: Need }>()
  for (const need of needs) {
    const key = shownNeed({ ...withoutName(need), verb: '' })
    const entry = byPlace.get(key) ?? { verbs: new Set(), names: new Set(), need }
    entry.verbs.add(need.verb)
    if (need.name !== undefined) entry.names.add(need.name)
    byPlace.set(key, entry)
  }
  return [...byPlace.values()].map(({ verbs, names, need }) => {
    const named = [...names]
    const shown = named.length > 3 ? [] : named.map((name) => `"${name}"`)
    return [
      shownNeed({ ...withoutName(need), verb: [...verbs].join(', ') }),
      ...(shown.length ? [`(${shown.join(', ')})`] : []),
    ].join(' ')
  })
}

function withoutName({ name: _, ...need }: Need): Need {
  return need
}
