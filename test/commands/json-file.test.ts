import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadJson, removeFile, saveJson } from '../../src/commands/json-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'hw-json-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Folders and files in each other's place: whoever runs the tests may be allowed everything else.
describe('a document of the home folder that cannot be used is the machine, no bug of ours', () => {
  it('says what cannot be read', async () => {
    mkdirSync(join(folder, 'a.json'))
    await expect(loadJson(join(folder, 'a.json'))).rejects.toMatchObject({ code: 'HOME_NOT_READABLE', exitCode: 5 })
  })

  it('says what cannot be written, and leaves nothing half written', async () => {
    writeFileSync(join(folder, 'file'), '')
    const told = { code: 'HOME_NOT_WRITABLE', exitCode: 5 }
    await expect(saveJson(join(folder, 'a.json'), {})).rejects.toMatchObject(told)
    await expect(saveJson(join(folder, 'file', 'b.json'), {})).rejects.toMatchObject(told)
    await expect(removeFile(join(folder, 'a.json'))).rejects.toMatchObject(told)
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'file'])
  })
})
