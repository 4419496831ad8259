import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keyTable } from '../helpers/key-table.ts'

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('the README', () => {
  it('has the keys of the keymap', () => {
    const [, table] = /<!-- keys -->\n+([\s\S]*?)\n+<!-- \/keys -->/.exec(readme) ?? []
    expect(table).toBe(keyTable())
  })

  it('shows pictures that exist', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\((docs\/screens\/[^)]+)\)/g)].map(([, path]) => path!)
    expect(pictures.length).toBeGreaterThan(0)
    for (const path of pictures) expect(existsSync(new URL(path, root)), path).toBe(true)
  })
})
