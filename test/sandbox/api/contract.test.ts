import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runContract } from '../../../scripts/contract/run-contract.ts'

const RECORDINGS = join(import.meta.dirname, '../../data/recordings')

describe('recorded requests', () => {
  it('are answered as the real API server answered them', async () => {
    const results = await runContract(RECORDINGS)
    expect(results.length).toBeGreaterThan(80)
    expect(results.filter((result) => result.outcome === 'failed')).toEqual([])
    const skipped = results.filter((result) => result.outcome === 'skipped')
    expect(skipped.every((result) => result.details.length > 0)).toBe(true)
  })

  it('fail when the recording says something else', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'hw-contract-'))
    try {
      const names = readdirSync(RECORDINGS).filter((name) => name.endsWith('.json'))
      for (const name of names) {
        const recording = JSON.parse(readFileSync(join(RECORDINGS, name), 'utf8'))
        const last = recording.requests.at(-1)?.response
        if (!last?.body?.kind || last.status === 101) continue
        last.body.kind = `${last.body.kind}X`
        writeFileSync(join(dir, name), JSON.stringify(recording))
      }
      writeFileSync(join(dir, 'broken.json'), '{"requests": [')
      const results = await runContract(dir)
      expect(results.length).toBeGreaterThan(40)
      expect(results.filter((result) => result.outcome !== 'failed')).toEqual([])
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
