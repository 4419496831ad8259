import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checks } from '../../src/cluster/checks.ts'

const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|([^|]+)\|/gm)].map(([, code, title, text]) => ({
  code: code!,
  title: title!.trim(),
  text: text!.trim(),
}))

describe('docs/doctor.md', () => {
  it('lists every check of doctor by code and title, in its order, and no other', () => {
    expect(rows.map(({ code, title }) => [code, title])).toEqual(checks.map(({ code, title }) => [code, title]))
  })

  it('says about each what it means', () => {
    for (const { code, text } of rows) expect(text.length, code).toBeGreaterThan(20)
  })
})
