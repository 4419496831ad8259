/**
 * Which steps were proved on which cluster: one small file per cluster (UID of namespace kube-system) and track, written
 * beside itself and renamed, so that a reader or a crash never sees half of one.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { homeNotWritable } from '../errors/catalog/content.ts'

export interface Progress {
  passed(): Promise<number[]>
  record(step: number, passed: boolean): Promise<void>
  /** Forgets the steps above this one; all of them with null. */
  forget(above: number | null): Promise<void>
}

interface ProgressFile {
  v: 1
  cluster: string
  track: string
  passed: number[]
}

export function openProgress(home: string, clusterUid: string, track: string): Progress {
  const file = join(home, 'progress', safeName(clusterUid), `${safeName(track)}.json`)
  // One write after the other: two at once could lose a step.
  let last: Promise<unknown> = Promise.resolve()
  const change = (edit: (passed: number[]) => number[]): Promise<void> => {
    const next = last.then(async () => {
      const before = await read(file)
      const after = [...new Set(edit(before))].sort((a, b) => a - b)
      if (after.join() !== before.join()) await write(file, { v: 1, cluster: clusterUid, track, passed: after })
    })
    last = next.catch(() => undefined)
    return next
  }
  return {
    passed: async () => {
      await last
      return read(file)
    },
    record: (step, passed) => change((steps) => (passed ? [...steps, step] : steps.filter((other) => other !== step))),
    forget: (above) => change((steps) => (above === null ? [] : steps.filter((step) => step <= above))),
  }
}

/** A missing or damaged file only means that nothing is known: progress is a memory, the cluster is the truth. */
async function read(file: string): Promise<number[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw homeNotWritable(file, (error as NodeJS.ErrnoException).code ?? String(error), error)
  }
  try {
    const { passed } = JSON.parse(text) as Partial<ProgressFile>
    return Array.isArray(passed) ? passed.filter((step) => Number.isInteger(step)).sort((a, b) => a - b) : []
  } catch {
    return []
  }
}

async function write(file: string, value: ProgressFile): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, `${JSON.stringify(value)}\n`)
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw homeNotWritable(file, (cause as NodeJS.ErrnoException).code ?? String(cause), cause)
  }
}

/** Comes from a cluster: nothing in it may lead out of the folder. */
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 100) || '_'
}
