/**
 * The stream as lines of text: for pipes, CI logs and screen readers. No colour, no drawing, nothing is overwritten;
 * each result is a sentence that makes sense when heard alone.
 */
import type { WorkshopEvent } from '../engine/events.ts'
import { escapeControl } from '../errors/escape.ts'
import { whyText } from '../text/why.ts'
import { actualWord, duration, plural, targetName } from '../text/words.ts'

type Settled = Extract<WorkshopEvent, { type: 'probe-settled' }>

export interface PlainOptions {
  /** Every pair of a matrix, not only those that are not as expected. */
  verbose?: boolean
}

export function createPlainReporter(
  write: (text: string) => void,
  options: PlainOptions = {},
): (event: WorkshopEvent) => void {
  /** Output arrives in chunks; lines are printed when they are whole. */
  let partial = ''
  const line = (text = '') => write(`${text}\n`)
  const say = (indent: string, text: string) => {
    for (const part of escapeControl(text.replaceAll('\r', ''), { multiline: true }).split('\n'))
      line(`${indent}${part}`)
  }
  const flush = () => {
    if (partial !== '') say('    ', partial)
    partial = ''
  }

  return (event) => {
    if (event.type !== 'action-output') flush()
    switch (event.type) {
      case 'run-started':
        return line(
          `Track ${event.track} on ${event.place} (${event.server}), changes by ${event.via === 'api' ? 'the API client' : 'kubectl'}.`,
        )
      case 'step-started':
        line()
        return say('', `Step ${event.step}: ${event.title}`)
      case 'stage-started':
      case 'stage-finished':
      case 'probe-started':
      case 'probe-attempted':
        return
      case 'action-started':
        say('  ', event.title)
        if (event.command !== '') say('  ', event.command.replace(/^/gm, '$ '))
        return
      case 'action-output': {
        partial += event.text
        const end = partial.lastIndexOf('\n')
        if (end < 0) return
        say('    ', partial.slice(0, end))
        partial = partial.slice(end + 1)
        return
      }
      case 'action-finished':
        if (event.skipped !== undefined) return say('  ', `skipped: ${event.skipped}`)
        if (event.ok) return
        say('  ', `FAILED: ${event.message ?? 'the command did not succeed'}`)
        if (event.hint) say('  ', event.hint)
        return
      case 'notice':
        return say('  ', `note: ${event.text}`)
      case 'proof-started':
        return say('  ', `Proof: ${event.title}${event.probes > 0 ? ` (${plural(event.probes, 'connection')})` : ''}`)
      case 'probe-settled':
        if (event.ok && event.set === 'matrix' && !options.verbose) return
        return probe(event)
      case 'proof-finished':
        if (event.skipped !== undefined) return say('  ', `Proof ${event.title}: ${event.skipped}`)
        say('    ', `${event.ok ? 'ok' : 'NOT PROVED'}: ${event.title}`)
        for (const detail of event.details) say('      ', detail)
        return
      case 'step-finished': {
        const { total, ok } = event.probes
        const counted = total > 0 ? `, ${ok} of ${plural(total, 'connection')} as expected` : ''
        const word = { passed: 'proved', failed: 'NOT PROVED', cancelled: 'cancelled' }[event.outcome]
        return line(`Step ${event.step} ${word}${counted}, ${duration(event.ms)}.`)
      }
      case 'run-failed':
        say('', `Stopped: ${event.message} [${event.code}]`)
        if (event.hint) say('  ', event.hint)
        return
      case 'run-finished': {
        const proved = event.steps.filter((step) => step.ok).length
        line()
        return line(
          `${event.ok ? 'Done' : 'NOT DONE'}: ${proved} of ${plural(event.steps.length, 'step')} proved, ${duration(event.ms)}.`,
        )
      }
      default:
        return event satisfies never
    }
  }

  function probe(event: Settled): void {
    const { from, to } = event.probe
    const why = whyText(event.decidedBy)
    const head = `${event.ok ? 'ok' : 'WRONG'}: ${from.workload} to ${targetName(to)} by ${event.probe.tool}: expected ${event.expected}, got ${actualWord(event.actual)}`
    say('    ', `${head}${why ? ` (${why})` : ''}`)
    if (event.ok) return
    if (event.remedy) say('      ', event.remedy)
    if (event.evidence.command) say('      ', `$ ${event.evidence.command}`)
    if (event.evidence.output) say('      ', event.evidence.output)
  }
}
