import { type Need, needsOf, shownNeed } from '../permissions.ts'
import type { ClusterPort } from '../port.ts'
import { type Check, type CheckContext, fail, ok, skip } from './check.ts'

const v3 = 'projectcalico.org/v3'
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
        const known = answers.get(key) ?? cluster.can(need.verb, need)
        answers.set(key, known)
        return known
      }
      const short: { step: number; title: string; missing: string[] }[] = []
      for (const { step, title, operations } of context.steps) {
        const needs = unique((await Promise.all(operations.map((operation) => needsOf(operation, cluster)))).flat())
        const allowed = await Promise.all(needs.map(may))
        const missing = needs.filter((_, index) => !allowed[index]).map(shownNeed)
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
      const refused = (
        await Promise.all(context.tiers.map((tier) => tierRefusal(context.cluster!, tier, context)))
      ).filter((text) => text !== null)
      if (refused.length === 0) return ok(`policies may be written in ${context.tiers.join(', ')}`)
      return fail(
        'policies may not be written in every tier (kubectl auth can-i does not know tier rights)',
        ask,
        refused,
      )
    },
  },
]

function unique(needs: readonly Need[]): Need[] {
  return [...new Map(needs.map((need) => [shownNeed(need), need])).values()]
}

/** Calico checks tier rights itself: only trying tells, with a dry run. A tier that is not there yet says nothing. */
async function tierRefusal(cluster: ClusterPort, tier: string, context: CheckContext): Promise<string | null> {
  const name = `${tier}.hipster-workshop-question`
  try {
    await cluster.create(
      {
        apiVersion: v3,
        kind: 'GlobalNetworkPolicy',
        metadata: { name },
        spec: { tier, order: 1, selector: 'hipster-workshop-question == "nobody"', types: ['Ingress'] },
      },
      { dryRun: true },
    )
    return null
  } catch (error) {
    context.signal?.throwIfAborted()
    const { status, message } = error as { status?: number; message: string }
    const aboutTier = /tiered-rbac\.projectcalico\.org"? denied|in tier "/.test(message)
    if ((status === 403 || aboutTier) && !/does not exist/.test(message)) return `${tier}: ${message}`
    return null
  }
}
