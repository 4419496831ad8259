/** The events so far as lines of a log: every command, its output, every connection. Grows with the events, never recomputed. */

import type { WorkshopEvent } from '../../engine/events.ts'
import { escapeControl } from '../../errors/escape.ts'
import type { Tone } from '../theme.ts'
import { decidingText, duration, outcomeWords, probeFrom, probeTo } from '../words.ts'

export interface LogEntry {
  time: string
  text: string
  tone?: Tone
  dim?: boolean
  /** What `y` copies here. */
  command: string | null
  /** What `o` shows here. */
  full: string | null
}

/** Output of one action is one block; without a bound a chatty command would fill the memory. */
const longestLog = 5000

export interface LogBook {
  entries(events: readonly WorkshopEvent[]): readonly LogEntry[]
}

export function createLogBook(): LogBook {
  let entries: LogEntry[] = []
  let read = 0
  let command: string | null = null
  return {
    entries(events) {
      if (events.length < read) {
        entries = []
        read = 0
      }
      if (events.length === read) return entries
      const added: LogEntry[] = []
      for (; read < events.length; read += 1) {
        const event = events[read]
        if (!event) continue
        if (event.type === 'action-started') command = event.command
        if (event.type === 'action-finished') {
          added.push(...toEntries(event, command))
          command = null
        } else added.push(...toEntries(event, command))
      }
      entries = [...entries, ...added].slice(-longestLog)
      return entries
    },
  }
}

function toEntries(event: WorkshopEvent, command: string | null): LogEntry[] {
  const time = event.at.slice(11, 19)
  const entry = (text: string, more: Partial<LogEntry> = {}): LogEntry => ({
    time,
    text: escapeControl(text),
    command,
    full: null,
    ...more,
  })
  switch (event.type) {
    case 'run-started':
      return [entry(`on ${event.place} (${event.server}), via ${event.via}`, { dim: true })]
    case 'step-started':
      return [entry(`step ${event.step}: ${event.title}`, { tone: 'accent' })]
    case 'action-started':
      return [entry(event.command ? `$ ${event.command}` : event.title, { full: event.command })]
    case 'action-output':
      return event.text
        .replace(/\n$/, '')
        .split('\n')
        .map((text) =>
          entry(`  ${text}`, {
            full: event.text,
            ...(event.stream === 'stderr' ? { tone: 'warn' as const } : { dim: true }),
          }),
        )
    case 'action-finished':
      if (event.skipped) return [entry(`  skipped: ${event.skipped}`, { dim: true })]
      return event.ok
        ? []
        : [
            entry(`✗ ${event.message ?? 'failed'}`, {
              tone: 'wrong',
              full: [event.message, event.hint].filter(Boolean).join('\n\n'),
            }),
          ]
    case 'notice':
      return [entry(`note: ${event.text}`, { tone: 'warn' })]
    case 'proof-finished': {
      const mark = event.skipped ? '-' : event.ok ? '✓' : '✗'
      return [
        entry(`${mark} ${event.title}`, { tone: event.ok ? 'ok' : 'wrong', full: event.details.join('\n') || null }),
        ...event.details.map((text, index) =>
          entry(`    ${text}`, event.marks?.[index] === 'wrong' ? { tone: 'wrong' } : { dim: true }),
        ),
      ]
    }
    case 'probe-settled': {
      const flow = `${probeFrom(event.probe)} → ${probeTo(event.probe)}`
      const why = decidingText(event.decidedBy)
      return [
        entry(
          `${event.ok ? '✓' : '✗'} ${flow}: ${outcomeWords[event.actual]}${event.ok ? '' : `, expected ${event.expected}`}${why ? ` · ${why}` : ''}`,
          {
            ...(event.ok ? { dim: true } : { tone: 'wrong' as const }),
            command: event.evidence.command,
            full: evidenceText(event),
          },
        ),
      ]
    }
    case 'step-finished':
      return [
        entry(
          `step ${event.step} ${event.outcome}: ${event.probes.ok} of ${event.probes.total} connections as expected, ${duration(event.ms)}`,
          { tone: event.outcome === 'passed' ? 'ok' : 'wrong' },
        ),
      ]
    case 'run-failed':
      return [
        entry(`✗ ${event.message} [${event.code}]`, {
          tone: 'wrong',
          full: [event.message, event.hint].filter(Boolean).join('\n\n'),
        }),
      ]
    default:
      return []
  }
}

function evidenceText(event: Extract<WorkshopEvent, { type: 'probe-settled' }>): string {
  const { evidence } = event
  return [`$ ${evidence.command}`, evidence.output, `exit code ${evidence.exitCode ?? 'none'}`, event.remedy ?? '']
    .filter((part) => part !== '')
    .join('\n')
}
