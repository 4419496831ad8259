import type { Comparison } from '../text/goal-lines.ts'
import { targetText } from './target-text.ts'

export interface GoalText {
  track: string
  step: number
  stage: string
  title: string
  forecast: Comparison
}

/** Longer lists are counted; `-o json` has all. */
const most = 30
const notesMost = 5

/** What the stages a file is written for want: one line each, and in full the first that lacks something. Not escaped. */
export function goalsText(goals: readonly GoalText[]): string {
  const [first] = goals
  if (!first) return ''
  const isDone = ({ forecast }: GoalText) => forecast.right === forecast.total
  const wanting = goals.find((goal) => !isDone(goal))
  const lines = ['', `What step ${first.step} of ${first.track} wants, with this file applied:`]
  for (const goal of goals) {
    const { right, total } = goal.forecast
    const name = goals.length === 1 ? '' : `${goal.stage} ${goal.title}: `
    lines.push(`  ${name}${isDone(goal) ? 'everything as wanted' : 'not yet'}, ${right} of ${total}`)
    if (goal === wanting) lines.push(...missing(goal.forecast).map((line) => `    ${line}`))
  }
  return `${lines.join('\n')}\n`
}

/** By target, what is wrong and who decides it: one mistake usually makes many flows wrong. */
function missing({ wrong, notes }: Comparison): string[] {
  const groups = new Map<string, { head: string; why: string; from: string[] }>()
  for (const { from, to, port, expected, why } of wrong) {
    const head = `should be ${expected} to ${port === undefined ? to : targetText(to, port)}`
    const group = groups.get(`${head} ${why}`) ?? { head, why, from: [] }
    groups.set(`${head} ${why}`, group)
    group.from.push(from)
  }
  const lines = [...groups.values()].map(
    ({ head, why, from }) => `${head}: from ${from.join(', ')}${why === '' ? '' : ` (now ${why})`}`,
  )
  return [...counted(lines, most), ...counted(notes, notesMost)]
}

function counted(lines: readonly string[], limit: number): string[] {
  const more = lines.length - limit
  return more > 0 ? [...lines.slice(0, limit), `and ${more} more`] : [...lines]
}
