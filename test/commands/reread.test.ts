import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createReread } from '../../src/commands/reread.ts'

const folder = mkdtempSync(join(tmpdir(), 'hw-reread-'))
const file = join(folder, 'a.yaml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hourMs = 3_600_000
/** As if the file had been written long ago. */
const later = () => Date.now() + hourMs

describe('a file that is read again', () => {
  it('is read once while it stays as it is, and anew when it was written', () => {
    let reads = 0
    const read = createReread((path) => {
      reads += 1
      return { text: readFileSync(path, 'utf8') }
    }, later)
    writeFileSync(file, 'one')
    const first = read(file)
    expect(read(file)).toBe(first)
    expect(reads).toBe(1)
    writeFileSync(file, 'another')
    expect(read(file).text).toBe('another')
  })

  it('is not taken for unchanged right after it was written: the next write may fall into the same tick', () => {
    let reads = 0
    const read = createReread(() => {
      reads += 1
      return reads
    })
    writeFileSync(file, 'one')
    read(file)
    expect(read(file)).toBe(2)
  })

  it('throws again what reading threw, until the file changes', () => {
    let reads = 0
    const read = createReread((path) => {
      reads += 1
      const text = readFileSync(path, 'utf8')
      if (text === 'broken') throw new Error('half written')
      return text
    }, later)
    writeFileSync(file, 'broken')
    expect(() => read(file)).toThrow('half written')
    expect(() => read(file)).toThrow('half written')
    expect(reads).toBe(1)
    writeFileSync(file, 'whole now')
    expect(read(file)).toBe('whole now')
  })

  it('that is gone is asked for each time', () => {
    const read = createReread((path) => readFileSync(path, 'utf8'), later)
    writeFileSync(file, 'here')
    expect(read(file)).toBe('here')
    rmSync(file)
    expect(() => read(file)).toThrow('ENOENT')
  })
})
