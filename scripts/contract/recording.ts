import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One request of a recording, with what the real server answered. */
export interface RecordedRequest {
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  body?: any
  bodyText?: string
  bodyBase64?: string
  upgrade?: boolean
  as?: string
  frames?: unknown[]
  response: RecordedResponse
}

export interface RecordedResponse {
  status: number
  contentType?: string
  kind?: string
  body?: any
  bodyIn?: string
  text?: string
  events?: { type: string; object: any }[]
  eventMs?: number[]
  truncated?: unknown
  warnings?: string[]
  headers?: Record<string, string>
  subprotocol?: string
}

export interface Recording {
  name: string
  command?: string
  user?: string
  requests: RecordedRequest[]
  /** The file is no recording. */
  broken?: boolean
}

/** Recordings hide uids; some of them stand in labels, where they have to be valid. */
const SOME_UID = '3f0c1d52-7b1e-4d1a-9d0e-5a3c2b1f0e4d'

/** Every recording of a folder in the `real-1.34` format, in order of their sequence. */
export function loadRecordings(dir: string): Recording[] {
  const found: (Recording & { seq?: number })[] = []
  for (const file of readdirSync(dir).sort()) {
    if (!file.endsWith('.json') || file === 'index.json' || file === 'answers.json') continue
    const name = file.slice(0, -'.json'.length)
    const value = parse(readFileSync(join(dir, file), 'utf8').replaceAll('<uid>', SOME_UID))
    const isRecording =
      Array.isArray(value?.requests) && value.requests.every((request: any) => request?.path && request.response)
    // A file that cannot be read is a case that fails, not one that is left out.
    found.push(isRecording ? { ...value, name: value.name ?? name } : { name, requests: [], broken: true })
  }
  return found.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
