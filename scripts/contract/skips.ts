import type { RecordedRequest, Recording } from './recording.ts'

export interface Skip {
  reason: string
  applies: (request: RecordedRequest, recording: Recording) => boolean
}

/** What the sandbox deliberately does not do, by rule. A recording is skipped when nothing of it is left to compare. */
export const SKIPS: readonly Skip[] = [
  {
    reason: 'web pages are refused on purpose, where a real server would answer them',
    applies: (request) => request.headers.origin !== undefined,
  },
]
