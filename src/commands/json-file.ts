import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { homeNotReadable, homeNotWritable } from '../errors/catalog/content.ts'

/** Reads JSON; null when the file does not exist. A file that is not JSON (cut by a crash of the machine) is set aside. */
export async function loadJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw homeNotReadable(path, codeOf(error), error)
  }
  try {
    return JSON.parse(text)
  } catch {
    await rename(path, `${path}.damaged`)
    return null
  }
}

/** Writes beside the file, then renames, so that a reader never sees half of it. */
export async function saveJson(path: string, value: unknown): Promise<void> {
  await saveText(path, `${JSON.stringify(value, null, 1)}\n`)
}

export async function saveText(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true })
    // Of the cluster's objects: for nobody else's eyes.
    await writeFile(temporary, text, { mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw homeNotWritable(path, codeOf(error), error)
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw homeNotWritable(path, codeOf(error), error)
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
