/** Who decided, in the few words of a proof table's last column. Rules are numbered from 1 for people. */

interface Entry {
  tier: string
  policy: string
  action: string
  rule: number
}

interface Side {
  verdict: string
  enforced: readonly Entry[]
  undecided?: string
}

/** `gnp:security.pci-restrict` and `np:hipstershop/app-hipstershop.redis-cart` as people call them. */
function policyName(id: string): string {
  return id.replace(/^[a-z]+:/, '').replace(/^.*\//, '')
}

function entryText(entry: Entry): string {
  if (entry.tier === '__PROFILE__') return 'no policy (namespace profile)'
  if (entry.rule < 0) return `end of tier ${entry.tier}`
  return `${policyName(entry.policy)} #${entry.rule + 1}`
}

/** The denying end when there is one; else the target's policy, else the source's; else that no policy applies. */
export function whyText(decidedBy: { egress: Side; ingress: Side } | null): string {
  if (!decidedBy) return ''
  const { egress, ingress } = decidedBy
  const undecided = [egress, ingress].find((side) => side.verdict === 'undecided')
  for (const side of [egress, ingress]) {
    const last = side.enforced.at(-1)
    if (side.verdict === 'deny' && last) return entryText(last)
  }
  if (undecided) return `undecided: ${undecided.undecided ?? 'something is missing'}`
  for (const side of [ingress, egress]) {
    const last = side.enforced.at(-1)
    if (last && last.tier !== '__PROFILE__') return entryText(last)
  }
  return 'no policy (namespace profile)'
}
