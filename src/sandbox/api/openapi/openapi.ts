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

interface Document {
  text: string
  hash: string
}

/** OpenAPI v3 as far as clients use it: which kinds take which patches and checks, and their schemas. */
export class OpenApi {
  readonly #registry: Registry
  readonly #documents = new Map<string, Document>()
  readonly startedAt: Date

  constructor(registry: Registry, startedAt: Date) {
    this.#registry = registry
    this.startedAt = startedAt
  }

  index(): string {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for (const apiVersion of this.#registry.groupVersions) {
      const key = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`
      paths[key] = { serverRelativeURL: `/openapi/v3/${key}?hash=${this.document(key)!.hash}` }
    }
    return JSON.stringify({ paths })
  }

  /** `api/v1`, `apis/apps/v1`. */
  document(key: string): Document | undefined {
    const known = this.#documents.get(key)
    if (known) return known
    const apiVersion = key === 'api/v1' ? 'v1' : key.startsWith('apis/') ? key.slice('apis/'.length) : ''
    const types = this.#registry.resources.filter((type) => apiVersionOf(type) === apiVersion)
    if (types.length === 0) return undefined
    const text = JSON.stringify({
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: 'v1.34.4' },
      paths: Object.fromEntries(
        types.filter((type) => type.verbs.includes('patch')).map((type) => [pathOf(type), operations(type)]),
      ),
      components: { schemas: schemasFor(types) },
    })
    const document = { text, hash: createHash('sha512').update(text).digest('hex').toUpperCase() }
    this.#documents.set(key, document)
    return document
  }
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
