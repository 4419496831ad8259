import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { equalJson } from '../../src/sandbox/store/json-value.ts'
import type { CaseResult } from './replay.ts'

/** One record of `calico-api/answers.json`. */
export interface CalicoAnswer {
  case: string
  mode: string
  standalone: boolean
  request: { object?: any; raw?: [method: string, path: string] | null }
  http: number | null
  status_json: any
  stored?: any
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Cases that create an object in a known state; the others depend on what ran before and are there to read. */
export function loadCalicoAnswers(file: string): CalicoAnswer[] {
  const answers: CalicoAnswer[] = JSON.parse(readFileSync(file, 'utf8'))
  return answers.filter((answer) => answer.standalone && answer.request.raw && answer.request.object && answer.http)
}

export function isNative(answer: CalicoAnswer): boolean {
  return answer.mode.startsWith('native')
}

/** Sends the object as it was sent, and compares the answer and what is stored afterwards. */
export async function replayCalico(answer: CalicoAnswer, target: { port: number; token: string }): Promise<CaseResult> {
  const name = `${answer.case} (${isNative(answer) ? 'native' : 'aggregated'})`
  const [method, path] = answer.request.raw!
  const actual = await post(method, path, answer.request.object, target)
  const details: string[] = []
  const same = (what: string, expected: unknown, got: unknown) => {
    if (!equalJson(expected, got))
      details.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`)
  }
  same('status', answer.http, actual.status)
  if (answer.http! >= 400) {
    const expected = answer.status_json
    if (expected?.kind === 'Status') {
      same('reason', expected.reason, actual.body?.reason)
      same('message', expected.message, actual.body?.message)
      same('causes', causes(expected), causes(actual.body))
    }
  } else if (actual.status < 400) {
    same('answer', withoutFinalizers(clean(answer.status_json)), withoutFinalizers(clean(actual.body)))
    if (answer.stored) {
      const read = await post('GET', `${path.split('?')[0]}/${actual.body.metadata.name}`, undefined, target)
      same('stored', clean(answer.stored), clean(read.body))
    }
  }
  return { name, outcome: details.length === 0 ? 'passed' : 'failed', details }
}

function causes(status: any): unknown {
  return (status?.details?.causes ?? []).map(({ reason, message, field }: any) => [reason, message, field])
}

/** Without what differs each time, and without kubectl's own annotation. */
function clean(object: any): any {
  if (!object?.metadata) return object
  const {
    uid: _uid,
    resourceVersion: _rv,
    creationTimestamp: _at,
    managedFields: _fields,
    generation,
    annotations,
    ...metadata
  } = object.metadata
  const { [LAST_APPLIED]: _applied, ...rest } = annotations ?? {}
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(generation === undefined ? {} : { generation }),
      ...(Object.keys(rest).length > 0 ? { annotations: rest } : {}),
    },
  }
}

/** A controller adds them a moment later: `stored` shows whether it did. */
function withoutFinalizers(object: any): any {
  if (!object?.metadata) return object
  const { finalizers: _finalizers, ...metadata } = object.metadata
  return { ...object, metadata }
}

function post(
  method: string,
  path: string,
  body: unknown,
  target: { port: number; token: string },
): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const headers = {
      authorization: `Bearer ${target.token}`,
      accept: 'application/json',
      ...(payload ? { 'content-type': 'application/json', 'content-length': String(payload.length) } : {}),
    }
    const sent = httpRequest({ host: '127.0.0.1', port: target.port, method, path, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk) => chunks.push(chunk))
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') }),
      )
    })
    sent.on('error', reject)
    sent.end(payload)
  })
}
