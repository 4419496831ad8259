// The dependency table of ARCHITECTURE.md, held by reading every import line of src.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src')

interface Rule {
  /** Folders of src, or single files without extension. */
  inside: readonly string[]
  /** Packages; `node:` stands for every built-in module. */
  outside: readonly string[]
}

const table: Record<string, Rule> = {
  errors: { inside: [], outside: [] },
  text: { inside: [], outside: ['string-width'] },
  policy: { inside: ['errors'], outside: [] },
  workshop: { inside: ['errors'], outside: ['yaml', 'zod', 'node:'] },
  cluster: {
    inside: ['errors'],
    outside: ['node:', 'execa', '@kubernetes/client-node', 'yaml', 'semver', 'ws', 'undici'],
  },
  sandbox: {
    inside: ['policy', 'errors'],
    outside: ['node:', 'yaml', 'ws', 'fast-json-patch'],
  },
  engine: { inside: ['workshop/step', 'cluster/port', 'policy', 'errors', 'text'], outside: [] },
  report: { inside: ['engine', 'policy', 'workshop/step', 'text', 'errors'], outside: [] },
  ui: {
    inside: [
      'engine/events',
      'engine/state',
      'engine/session.types',
      'policy/model',
      'policy/views.types',
      'workshop/step',
      'text',
      'errors',
    ],
    outside: ['ink', 'react', 'react/jsx-runtime', 'marked', 'string-width'],
  },
  commands: {
    inside: ['errors', 'text', 'policy', 'workshop', 'cluster', 'sandbox', 'engine', 'report', 'ui'],
    outside: ['node:', 'commander', 'env-paths', 'yaml', 'execa'],
  },
  'cli.ts': { inside: ['commands'], outside: ['node:'] },
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function imports(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!)
}

function violations(path: string): string[] {
  const name = relative(src, path)
  const area = name.split('/')[0]!
  const rule = table[area]
  if (!rule) return [`${name}: no rule for ${area}`]
  return imports(path).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = relative(src, resolve(dirname(path), specifier)).replace(/\.tsx?$/, '')
      const targetArea = target.split('/')[0]!
      if (targetArea === area) return []
      const allowed = rule.inside.some((entry) => target === entry || target.startsWith(`${entry}/`))
      return allowed ? [] : [`${name} imports ${target}`]
    }
    const allowed = rule.outside.some((entry) =>
      entry === 'node:' ? specifier.startsWith('node:') : specifier === entry || specifier.startsWith(`${entry}/`),
    )
    return allowed ? [] : [`${name} imports ${specifier}`]
  })
}

describe('the dependency table', () => {
  it.each(files(src).map((path) => [relative(src, path), path]))('%s keeps to it', (_name, path) => {
    expect(violations(path)).toEqual([])
  })
})
