import { type Need, needsOf, refusedNeeds, shownNeed } from '../permissions.ts'
import { tierRefusal } from '../tier-rights.ts'
import { type Check, fail, ok, skip } from './check.ts'

const ask = 'Ask for what `hipster-workshop doctor --rbac` prints, or use a context with more rights.'

export const rightsChecks: readonly Check[] = [
  {
    code: 'PERMISSIONS',
    title: 'What each step needs to do',
    needsCluster: true,
    async run(context) {
      if (context.steps.length === 0) return skip('no steps were given')
      const cluster = context.cluster!
      const answers = new Map<string, Promise<boolean>>()
      const may = (need: Need) => {
        const key = shownNeed(need)
        const answer = answers.get(key) ?? cluster.can(need.verb, need)
        answers.set(key, answer)
        return answer
      }
      const short: { step: number; title: string; missing: string[] }[] = []
      for (const { step, title, operations } of context.steps) {
        const needs = (await Promise.all(operations.map((operation) => needsOf(operation, cluster)))).flat()
        const missing = grouped(await refusedNeeds(needs, may))
        if (missing.length > 0) short.push({ step, title, missing })
      }
      if (short.length === 0) return ok(`${context.steps.length} steps, all allowed`)
      return fail(
        `${short.length} of ${context.steps.length} steps are not allowed`,
        ask,
        short.map(
          ({ step, title, missing }) =>
            `step ${step} ${title}: ${missing.slice(0, 6).join('; ')}${missing.length > 6 ? `; and ${missing.length - 6} more` : ''}`,
        ),
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
          return message === null ? null : `${tier}: ${message}`
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
