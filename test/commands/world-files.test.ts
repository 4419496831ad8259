import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadWorldFiles } from '../../src/commands/world-files.ts'
import { formatError } from '../../src/errors/format.ts'
import { WorkshopError } from '../../src/errors/workshop-error.ts'
import { parseManifest } from '../../src/workshop/manifest.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hw-world-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const names = (paths: string[]) => loadWorldFiles(paths).objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)

describe('worlds from files', () => {
  it('reads many documents, empty ones among them, with CRLF', () => {
    const file = write(
      'a.yaml',
      '---\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  name: a\r\n---\r\n# nothing\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: b}\r\n',
    )
    expect(names([file])).toEqual(['Namespace/a', 'Namespace/b'])
  })

  it('reads lists, typed lists whose items do not repeat their kind, and JSON with tabs', () => {
    const list = write(
      'list.yaml',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: x}}\n',
    )
    const typed = write(
      'typed.json',
      '{\n\t"apiVersion": "v1",\n\t"kind": "PodList",\n\t"items": [{"metadata": {"name": "q", "namespace": "x"}}]\n}',
    )
    expect(names([list, typed])).toEqual(['Pod/p', 'Pod/q'])
  })

  it('reads folders and leaves other files alone', () => {
    mkdirSync(join(folder, 'deep'))
    write('deep/a.yml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n')
    write('notes.txt', 'not YAML: [')
    expect(names([folder])).toEqual(['Namespace/a'])
  })

  it('lets the last of two equal objects count, and says where both stand', () => {
    const file = write(
      'twice.yaml',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {v: "1"}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {v: "2"}}\n',
    )
    const { objects, notes } = loadWorldFiles([file])
    expect(objects.map(({ metadata }) => metadata.labels?.v)).toEqual(['2'])
    expect(notes.join('\n')).toMatch(/twice\.yaml:5: Namespace a was already in .*twice\.yaml:1; the last one counts/)
  })

  it('counts what occurs twice where everything does', () => {
    const spaces = Array.from({ length: 30 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `n${index}` },
    }))
    const items = [...spaces, { kind: 'Pod' }]
    const first = write('a.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    const second = write('b.json', JSON.stringify(spaces))
    const { objects, notes } = loadWorldFiles([first, second])
    expect(objects).toHaveLength(30)
    expect(notes).toHaveLength(12)
    expect(notes[0]).toMatch(/a\.json item 31: this has no apiVersion; it was left out\.$/)
    expect(notes[1]).toMatch(/b\.json item 1: Namespace n0 was already in .*a\.json item 1; the last one counts\.$/)
    expect(notes[11]).toBe('20 more objects occur twice; the last one counts.')
  })

  it('names what is not an object with its line and goes on', () => {
    const file = write(
      'odd.yaml',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nkind: Pod\n---\njust text\n',
    )
    const { objects, notes } = loadWorldFiles([file])
    expect(objects).toHaveLength(1)
    expect(notes).toEqual([
      expect.stringContaining('odd.yaml:5: this has no apiVersion'),
      expect.stringContaining('odd.yaml:7: this is not an object'),
    ])
  })

  it('stops at a syntax error with file, line, column and the line itself', () => {
    const file = write('broken.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: tab\n')
    let failure: unknown
    try {
      loadWorldFiles([file])
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(WorkshopError)
    expect(failure).toMatchObject({
      code: 'INPUT_INVALID',
      exitCode: 4,
      location: { file, line: 4, excerpt: '\tname: tab' },
    })
  })

  it('takes aliases of aliases for a mistake of the file', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [name, last] of [...'bcdefghi'].map((name, index) => [name, 'abcdefgh'[index]!] as const))
      lines.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(',')}]`)
    const file = write('bomb.yaml', lines.join('\n'))
    const told = { code: 'INPUT_INVALID', exitCode: 4 }
    expect(() => loadWorldFiles([file])).toThrow(expect.objectContaining(told))
    expect(parseManifest(lines.join('\n'), 'bomb.yaml').issues).toEqual([
      expect.objectContaining({ message: expect.stringContaining('alias') }),
    ])
  })

  it('says when a file cannot be read', () => {
    expect(() => loadWorldFiles([join(folder, 'no.yaml')])).toThrow(/there is no such file/)
  })

  it('reads UTF-16, as Windows PowerShell writes it', () => {
    const text = 'apiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: ä}\r\n'
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    const path = join(folder, 'powershell.yaml')
    writeFileSync(path, little)
    expect(names([path])).toEqual(['Namespace/ä'])
    writeFileSync(path, Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]))
    expect(names([path])).toEqual(['Namespace/ä'])
  })

  it('says so when a file is packed or no text', () => {
    const path = join(folder, 'export.yaml')
    writeFileSync(path, gzipSync('apiVersion: v1'))
    expect(() => loadWorldFiles([path])).toThrow(/packed with gzip/)
    writeFileSync(path, Buffer.from([1, 2, 0, 3]))
    expect(() => loadWorldFiles([path])).toThrow(/is no text/)
  })

  it('shows only the surroundings of a mistake in a very long line', () => {
    const path = write('one-line.json', `{"items": [${'{"a": 1},'.repeat(50_000)}{"b" 2}]}`)
    let text = ''
    try {
      loadWorldFiles([path])
    } catch (error) {
      text = formatError(error)
    }
    expect(text).toMatch(/one-line\.json:1:450\d{3}/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(300)
    const [shown, caret] = text.split('\n').filter((line) => line.includes(' | '))
    expect(shown!.slice(caret!.indexOf('^') - 5)).toMatch(/^.{0,5}["2 ]/)
  })

  it('reads standard input', () => {
    expect(loadWorldFiles(['-'], () => 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n').objects).toHaveLength(
      1,
    )
  })
})
