// A mistake in the learner's own file is a mistake of that file, not of the workshop's content.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadManifest } from '../../src/workshop/load-manifest.ts'

it('names the manifest and what to do, and does not blame the content', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hw-own-'))
  try {
    const file = join(folder, 'my-policies.yaml')
    writeFileSync(file, 'apiVersion: [\n')
    expect(() => loadManifest(file)).toThrow(/^The manifest has one mistake:\n.*my-policies\.yaml:2:1: YAML/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
