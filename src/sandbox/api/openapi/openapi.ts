import { createHash } from 'node:crypto'
import type { Registry } from '../registry/registry.ts'
import { apiVersionOf, type ResourceType } from '../registry/resource-type.ts'
import { schemasFor } from './schemas.ts'

const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

const PLAIN_KEYS = ['.well-known/openid-configuration', 'api', 'apis', 'openid/v1/jwks', 'version']

interface Document {
  text: string
  hash: string
}

/** OpenAPI v3 as far as clients use it: which kinds take which patches and checks, and their schemas. */
export class OpenApi {
  readonly #registry: Registry
  readonly #documents = new Map<string, Document>()
  #index: Document | undefined
  readonly startedAt: Date

  constructor(registry: Registry, startedAt: Date) {
    this.#registry = registry
    this.startedAt = startedAt
  }

  index(): Document {
    if (this.#index) return this.#index
    const paths: Record<string, { serverRelativeURL: string }> = {}
    const groups = [...new Set(this.#registry.resources.map((type) => type.group))].filter((group) => group !== '')
    const versions = this.#registry.groupVersions.map((version) => (version === 'v1' ? 'api/v1' : `apis/${version}`))
    for (const key of [
      ...PLAIN_KEYS,
      ...groups.filter((group) => !this.#isCustom(group)).map((group) => `apis/${group}`),
      ...versions,
    ].sort()) {
      paths[key] = { serverRelativeURL: `/openapi/v3/${key}?hash=${this.document(key)!.hash}` }
    }
    this.#index = toDocument(JSON.stringify({ paths }))
    return this.#index
  }

  /** `api/v1`, `apis/apps/v1`. */
  document(key: string): Document | undefined {
    const known = this.#documents.get(key)
    if (known) return known
    const apiVersion = key === 'api/v1' ? 'v1' : key.startsWith('apis/') ? key.slice('apis/'.length) : ''
    const types = this.#registry.resources.filter((type) => apiVersionOf(type) === apiVersion)
    if (types.length === 0 && !this.#isDiscovery(key)) return undefined
    const text = JSON.stringify({
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: 'v1.34.4' },
      paths: Object.fromEntries(
        types.filter((type) => type.verbs.includes('patch')).map((type) => [pathOf(type), operations(type)]),
      ),
      components: { schemas: schemasFor(types) },
    })
    const document = toDocument(text)
    this.#documents.set(key, document)
    return document
  }

  /** Groups made of custom resources alone have no document of their own. */
  #isCustom(group: string): boolean {
    return this.#registry.resources.every((type) => type.group !== group || type.custom)
  }

  /** `api`, `apis`, `version`, `apis/GROUP`: documents about discovery itself, without kinds. */
  #isDiscovery(key: string): boolean {
    if (PLAIN_KEYS.includes(key)) return true
    return key.startsWith('apis/') && this.#registry.hasGroup(key.slice('apis/'.length))
  }
}

function toDocument(text: string): Document {
  return { text, hash: createHash('sha512').update(text).digest('hex').toUpperCase() }
}

function pathOf(type: ResourceType): string {
  const root = type.group === '' ? '/api/v1' : `/apis/${type.group}/${type.version}`
  return `${root}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}/{name}`
}

function operations(type: ResourceType): object {
  const accepted = type.custom ? PATCH_TYPES.filter((name) => !name.includes('strategic')) : PATCH_TYPES
  return {
    patch: {
      'x-kubernetes-group-version-kind': { group: type.group, version: type.version, kind: type.kind },
      'x-kubernetes-action': 'patch',
      parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
        name,
        in: 'query',
        schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
      })),
      requestBody: {
        content: Object.fromEntries(accepted.map((name) => [name, { schema: { type: 'object' } }])),
        required: true,
      },
      responses: { 200: { description: 'OK' }, 201: { description: 'Created' }, 401: { description: 'Unauthorized' } },
    },
  }
}
