/** What `run` tells around a step when somebody is there to read it: the lesson before it, afterwards what it showed or the hints. */
import type { WorkshopEvent } from '../engine/events.ts'
import type { Step, Track } from '../workshop/step.ts'

export async function* withTeaching<Result>(
  events: AsyncGenerator<WorkshopEvent, Result>,
  track: Track,
  say: (text: string) => void,
): AsyncGenerator<WorkshopEvent, Result> {
  let next = await events.next()
  for (; !next.done; next = await events.next()) {
    const event = next.value
    yield event
    const step = track.steps.find(({ number }) => number === event.step)
    if (event.type === 'step-started' && step) say(lessonText(step))
    if (event.type === 'step-finished' && step) {
      if (event.outcome === 'passed') say(spoken(`What it showed:\n\n${step.debrief}`))
      if (event.outcome === 'failed')
        for (const [index, hint] of step.hints.entries()) say(spoken(`Hint ${index + 1}: ${hint}`))
    }
  }
  return next.value
}

function lessonText(step: Step): string {
  return spoken(`Goal: ${step.goal.trim().replaceAll('\n', ' ')}\n\n${step.concept}`)
}

/** Markdown as one says it: emphasis is no word. */
function spoken(markdown: string): string {
  return `${markdown.trim().replaceAll('**', '')}\n`
}
