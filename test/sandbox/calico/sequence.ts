/** The ordered part of the recorded answers of Calico's API: what was sent and answered, and the state each command found. */
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'

export interface SequenceCase {
  mode: 'aggregated' | 'native'
  case: string
  kubectl: string[]
  stdin?: string
  exit: number
  stdout?: string
  /** Output that is JSON, a document a line. */
  json?: unknown[]
  stderr?: string
  raw?: { method: string; path: string; body?: any; as?: string; http: number; answer: any }
}

export function sequenceCases(mode: SequenceCase['mode']): SequenceCase[] {
  const file = new URL('../../data/calico-api/sequence.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: SequenceCase[] }
  // Some reads were recorded three times over.
  const names = cases.map((one) => `${one.mode} ${one.case}`)
  return cases.filter((one, index) => one.mode === mode && names.indexOf(`${mode} ${one.case}`) === index)
}

const GROUP = '/apis/projectcalico.org/v3'
const NAMESPACE = 'apicheck'
const API = 'projectcalico.org/v3'

interface Answer {
  status: number
  body: any
}

/** A sandbox in the state the recordings began with. */
export class SequenceWorld {
  readonly sandbox: Sandbox
  readonly #server: URL
  readonly #token: string

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox
    this.#server = new URL(/server: (\S+)/.exec(sandbox.kubeconfig)![1]!)
    this.#token = /token: (\S+)/.exec(sandbox.kubeconfig)![1]!
  }

  static async open(mode: SequenceCase['mode'] | SandboxOptions['calico']): Promise<SequenceWorld> {
    const calico = mode === 'aggregated' ? '3.32' : mode
    const world = new SequenceWorld(await createSandbox({ home: null, calico, timeScale: 0, withShop: false }))
    await world.send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    if (calico === 'none') return world
    await world.make('Tier', 'security', { order: 100 })
    await world.make('Tier', 'platform', { order: 200 })
    return world
  }

  close(): Promise<void> {
    return this.sandbox.close()
  }

  /** What earlier commands, which are not among the cases, had made before this one. */
  async prepare(name: string): Promise<void> {
    const policy = { tier: 'security', order: 10, selector: "app == 'x'" }
    const all = { selector: 'all()', types: ['Ingress'] }
    switch (name) {
      case 'tier-delete-with-policies':
        await this.make('Tier', 'holder', { order: 400 })
        for (const kind of ['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy'])
          await this.make(kind, 'holder.p', { ...all, tier: 'holder', order: 1 })
        return
      case 'tier-delete-only-staged-left':
        for (const kind of ['NetworkPolicy', 'GlobalNetworkPolicy']) await this.remove(kind, 'holder.p')
        return this.remove('NetworkPolicy', 'holder.p9')
      case 'tier-delete-emptied':
        return this.remove('StagedNetworkPolicy', 'holder.p')
      case 'np-both-names-table': {
        const ingress = [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }]
        return this.make('NetworkPolicy', 'allow-x', { ...policy, ingress })
      }
      case 'np-prefixed-change-tier':
        return this.make('NetworkPolicy', 'security.allow-y', policy)
      case 'kinds-table-GlobalNetworkPolicy':
        for (const left of ['allow-x', 'security.allow-y']) await this.remove('NetworkPolicy', left)
        await this.make('GlobalNetworkPolicy', 'security.g', { ...all, tier: 'security', order: 10 })
        await this.make('NetworkPolicy', 'plain', { ...all, order: 5.5 })
        await this.make('StagedGlobalNetworkPolicy', 'security.sg', { ...all, tier: 'security', order: 1 })
        await this.make('StagedNetworkPolicy', 'security.sn', { ...all, tier: 'security', order: 1 })
        await this.make('StagedKubernetesNetworkPolicy', 'k1', { podSelector: {}, policyTypes: ['Ingress'] })
        await this.make('GlobalNetworkSet', 'ext', { nets: ['192.0.2.0/24'] }, { role: 'ext' })
        await this.make('NetworkSet', 'exts', { nets: ['192.0.2.0/24'] })
        await this.make('HostEndpoint', 'hep1', { node: 'lab', interfaceName: 'eth-none' })
        return this.#makePair()
      case 'rbac-nobody-create-np-security':
        await this.#makeUsers()
        return this.#makePair()
    }
  }

  async #makePair(): Promise<void> {
    const all = { selector: 'all()' }
    await this.make('NetworkPolicy', 'platform.n', { ...all, tier: 'platform', order: 30, types: ['Egress'] })
    await this.make('NetworkPolicy', 'security.n', { ...all, tier: 'security', order: 20, types: ['Ingress'] })
  }

  async #makeUsers(): Promise<void> {
    const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
    const rule = (resource: string, more: object) => ({
      apiGroups: ['projectcalico.org'],
      resources: [resource],
      ...more,
    })
    const policies = rule('networkpolicies', { verbs })
    const tiers = rule('tiers', { verbs: ['get', 'list', 'watch'] })
    const tier = rule('tiers', { verbs: ['get'], resourceNames: ['security'] })
    const inTier = (name: string) => rule('tier.networkpolicies', { verbs, resourceNames: [name] })
    const users = {
      polonly: [policies],
      tieronly: [policies, tiers],
      secop: [policies, tier, inTier('security.*')],
      tierscoped: [tier, inTier('security.*')],
      onepolicy: [policies, tiers, inTier('security.r')],
    }
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    for (const [name, rules] of Object.entries(users)) {
      await this.send('POST', `${rbac}/clusterroles`, { metadata: { name }, rules })
      const roleRef = { kind: 'ClusterRole', name, apiGroup: 'rbac.authorization.k8s.io' }
      const subjects = [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }]
      await this.send('POST', `${rbac}/clusterrolebindings`, { metadata: { name }, roleRef, subjects })
    }
  }

  async make(kind: string, name: string, spec: object, labels?: Record<string, string>): Promise<void> {
    const metadata = { name, ...(labels ? { labels } : {}) }
    const answer = await this.send('POST', pathOf(kind), { apiVersion: API, kind, metadata, spec })
    if (answer.status !== 201 && answer.status !== 409) throw new Error(`${kind} ${name}: ${answer.body?.message}`)
  }

  /** Tries to create an object; Calico's kinds outside the namespace have none. */
  post(kind: string, metadata: object, spec: object, query = 'fieldValidation=Strict'): Promise<Answer> {
    return this.send('POST', `${pathOf(kind)}?${query}`, { apiVersion: API, kind, metadata, spec })
  }

  path(kind: string, name: string): string {
    return `${pathOf(kind)}/${name}`
  }

  async remove(kind: string, name: string): Promise<void> {
    await this.send('DELETE', `${pathOf(kind)}/${name}`)
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
      const options = {
        method,
        rejectUnauthorized: false,
        headers: {
          authorization: `Bearer ${this.#token}`,
          accept: 'application/json',
          ...(body ? { 'content-type': type } : {}),
          ...headers,
        },
      }
      const sent = request(new URL(path, this.#server), options, (res) => {
        let text = ''
        res.on('data', (chunk) => {
          text += chunk
        })
        res.on('end', () => resolve({ status: res.statusCode!, body: text.startsWith('{') ? JSON.parse(text) : text }))
      })
      sent.on('error', reject)
      sent.end(body ? JSON.stringify(body) : undefined)
    })
  }
}

function pathOf(kind: string): string {
  const plural = `${kind.toLowerCase().replace(/y$/, 'ie')}s`
  const isGlobal = /^(Staged)?Global|^(Tier|HostEndpoint|Profile|ClusterInformation)$/.test(kind)
  return isGlobal ? `${GROUP}/${plural}` : `${GROUP}/namespaces/${NAMESPACE}/${plural}`
}

const CHANGING = new Set([
  'continue',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'deletionTimestamp',
  'lastTransitionTime',
  'storageVersionHash',
])

/** An answer without what differs each time, as the recorded ones are kept. */
export function comparable(value: any): any {
  if (value?.kind === 'Table' && value.columnDefinitions) {
    const columns = value.columnDefinitions.map(
      ({ name, type, format, priority, description }: any) =>
        `${name}|${type}|${format}|${priority}|${description.slice(0, 70)}`,
    )
    return { kind: 'Table', columns, rows: value.rows.map((row: any) => row.cells.map(comparable)) }
  }
  if (typeof value === 'string') return comparableText(value)
  if (Array.isArray(value)) return value.map(comparable)
  if (value === null || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(([key]) => !CHANGING.has(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]))
}

export function comparableText(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+( \+0000|Z)/g, '<time>')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')
    .replace(/^(\s*(resourceVersion|Resource Version): +)"?\d+"?$/gm, '$1<version>')
    .replace(/\b\d+s$/gm, '<age>')
    .replace(/^[EFW]\d{4} [\d:.]+ +\d+ /gm, '')
}
