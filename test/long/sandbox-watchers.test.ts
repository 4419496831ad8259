// Fifty watchers and two hundred changes a second, between processes: each watcher is told everything, once, in order.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { whileServing } from './serving.ts'

const WATCHERS = 50
const CHANGES = 2000
const PER_SECOND = 200
const OBJECTS = 40
const AT_ONCE = 8
const BASE = '/api/v1/namespaces/default/configmaps'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

interface Seen {
  type: string
  name: string
  turn: string
  revision: number
}

function connectTo(kubeconfig: string) {
  const config = parse(readFileSync(kubeconfig, 'utf8'))
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster
  const options = {
    ca: Buffer.from(authority, 'base64'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
  }
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const ask = (method: string, path: string, body?: object, type = 'application/json', own?: Agent | false) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...options.headers, ...(body ? { 'content-type': type } : { accept: type }) }
      const sent = request(`${server}${path}`, { ...options, method, headers, agent: own ?? agent }, resolve)
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
  return {
    ask,
    /** The answer's document; a refusal fails. */
    async call(method: string, path: string, body?: object, type?: string): Promise<any> {
      const answer = await ask(method, path, body, type)
      let text = ''
      for await (const chunk of answer) text += chunk
      if ((answer.statusCode ?? 0) >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
      return JSON.parse(text)
    },
    close: () => agent.destroy(),
  }
}

/** Keeps the lines of a watch: reading what they say is left until nobody is in a hurry. */
function follow(answer: IncomingMessage, lines: string[]): void {
  let rest = ''
  answer.setEncoding('utf8')
  answer.on('error', () => undefined)
  answer.on('data', (chunk: string) => {
    const whole = (rest + chunk).split('\n')
    rest = whole.pop()!
    lines.push(...whole)
  })
}

function read(line: string): Seen {
  const { type, object } = JSON.parse(line)
  const { metadata } = object.kind === 'Table' ? object.rows[0].object : object
  const { name, resourceVersion, labels } = metadata
  return { type, name, turn: labels.turn, revision: Number(resourceVersion) }
}

it(`${WATCHERS} watchers are told each of ${CHANGES} changes, once and in order`, async () => {
  const home = mkdtempSync(join(tmpdir(), 'hw-watchers-'))
  try {
    await whileServing(home, async (kubeconfig) => {
      const api = connectTo(kubeconfig)
      const all: string[][] = Array.from({ length: WATCHERS }, () => [])
      const watches = await Promise.all(
        all.map(async (lines, index) => {
          // Some ask for tables, as `kubectl get -w` does.
          const isTable = index % 5 === 4
          const path = `${BASE}?watch=true&labelSelector=turn`
          const answer = await api.ask('GET', path, undefined, isTable ? TABLE : 'application/json', false)
          follow(answer, lines)
          return answer
        }),
      )
      // One that never reads must not disturb the others.
      const idle = await api.ask('GET', `${BASE}?watch=true&labelSelector=turn`, undefined, undefined, false)
      idle.pause()
      idle.on('error', () => undefined)

      const exists = new Set<string>()
      const write = async (turn: number) => {
        const name = `load-${turn % OBJECTS}`
        const labels = { turn: String(turn) }
        if (!exists.has(name)) {
          exists.add(name)
          await api.call('POST', BASE, { metadata: { name, labels }, data: { text: 'x'.repeat(500) } })
        } else if (turn % 7 === 3) {
          exists.delete(name)
          await api.call('DELETE', `${BASE}/${name}`)
        } else await api.call('PATCH', `${BASE}/${name}`, { metadata: { labels } }, 'application/merge-patch+json')
      }
      const started = performance.now()
      let sent = 0
      let busy: Promise<void>[] = []
      while (sent < CHANGES) {
        const due = Math.min(CHANGES, Math.floor(((performance.now() - started) / 1000) * PER_SECOND))
        // Objects are written in turn: what is under way together is never the same one.
        while (sent < due && busy.length < AT_ONCE) {
          const one: Promise<void> = write(sent++).finally(() => {
            busy = busy.filter((other) => other !== one)
          })
          busy.push(one)
        }
        await (busy.length < AT_ONCE ? delay(2) : Promise.race(busy))
      }
      await Promise.all(busy)
      const rate = CHANGES / ((performance.now() - started) / 1000)
      console.log(`${rate.toFixed(0)} changes a second, ${(rate * WATCHERS).toFixed(0)} events a second`)

      // No timer: a watcher that lost something never gets there, and the test's own limit ends it.
      while (all.some((lines) => lines.length < CHANGES)) await delay(20)
      const [first, ...others] = all.map((lines) => lines.map(read))
      expect(first!.map(({ revision }) => revision)).toEqual(
        first!.map(({ revision }) => revision).toSorted((a, b) => a - b),
      )
      expect(new Set(first!.map(({ revision }) => revision)).size).toBe(CHANGES)
      for (const seen of others) expect(seen).toEqual(first)
      const replayed = new Map<string, string>()
      for (const { type, name, turn } of first!) {
        if (type === 'DELETED') expect(replayed.delete(name)).toBe(true)
        else {
          expect([type, replayed.has(name)]).toEqual(type === 'ADDED' ? ['ADDED', false] : ['MODIFIED', true])
          replayed.set(name, turn)
        }
      }
      const { items } = await api.call('GET', `${BASE}?labelSelector=turn`)
      expect([...replayed].sort()).toEqual(
        items.map(({ metadata }: any) => [metadata.name, metadata.labels.turn]).sort(),
      )
      for (const answer of [...watches, idle]) answer.destroy()
      api.close()
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
