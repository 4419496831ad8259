import type { RecordedRequest, Recording } from './recording.ts'

export interface Skip {
  reason: string
  applies: (request: RecordedRequest, recording: Recording) => boolean
}

/** What the sandbox deliberately does not do, by rule. A recording is skipped when nothing of it is left to compare. */
export const SKIPS: readonly Skip[] = [
  {
    reason: 'OpenAPI v2 is not offered: every client since 1.29 takes v3',
    applies: (request) => request.path.startsWith('/openapi/v2'),
  },
  {
    reason: 'web pages are refused on purpose, where a real server would answer them',
    applies: (request) => request.headers.origin !== undefined,
  },
]
