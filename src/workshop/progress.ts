/**
 * Which steps were proved on which cluster, and what was answered on the way: one small file per cluster (UID of namespace
 * kube-system) and track, written beside itself and renamed, so that a reader or a crash never sees half of one.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { homeNotWritable } from '../errors/catalog/content.ts'

/** How a question of a step was answered. */
interface Answer {
  step: number
  right: number
  total: number
}

export interface Progress {
  passed(): Promise<number[]>
  /** Those of them that were proved where nothing in the cluster told that this program had changed it. */
  byHand(): Promise<number[]>
  record(step: number, passed: boolean, byHand?: boolean): Promise<void>
  /** By question. */
  answers(): Promise<Record<string, Answer>>
  /** The first answer counts. */
  answered(question: string, answer: Answer): Promise<void>
  /** Forgets the steps above this one and their answers; all of them with null. */
  forget(above: number | null): Promise<void>
}

interface Known {
  passed: number[]
  byHand: number[]
  answers: Record<string, Answer>
}

interface ProgressFile extends Known {
  v: 1
  cluster: string
  track: string
}

/** Nobody asks so much: a bound for what a damaged file can bring. */
const mostAnswers = 1000

export function openProgress(home: string, clusterUid: string, track: string): Progress {
  const file = join(home, 'progress', safeName(clusterUid), `${safeName(track)}.json`)
  // One write after the other: two at once could lose a step.
  let last: Promise<unknown> = Promise.resolve()
  const change = (edit: (known: Known) => Partial<Known>): Promise<void> => {
    const next = last.then(async () => {
      const before = await read(file)
      const { passed, byHand, answers } = { ...before, ...edit(before) }
      const after = { passed: sorted(passed), byHand: sorted(byHand), answers }
      if (JSON.stringify(after) !== JSON.stringify(before))
        await write(file, { v: 1, cluster: clusterUid, track, ...after })
    })
    last = next.catch(() => undefined)
    return next
  }
  const known = async (): Promise<Known> => {
    await last
    return read(file)
  }
  return {
    passed: async () => (await known()).passed,
    byHand: async () => (await known()).byHand,
    record: (step, isPassed, isByHand = false) =>
      change(({ passed, byHand }) => ({
        passed: isPassed ? [...passed, step] : passed.filter((other) => other !== step),
        byHand: isPassed && isByHand ? [...byHand, step] : byHand.filter((other) => other !== step),
      })),
    answers: async () => (await known()).answers,
    answered: (question, answer) => change(({ answers }) => ({ answers: { [question]: answer, ...answers } })),
    forget: (above) =>
      change(({ passed, byHand, answers }) => {
        const isKept = (step: number) => above !== null && step <= above
        return {
          passed: passed.filter(isKept),
          byHand: byHand.filter(isKept),
          answers: Object.fromEntries(Object.entries(answers).filter(([, { step }]) => isKept(step))),
        }
      }),
  }
}

/** A missing or damaged file only means that nothing is known: progress is a memory, the cluster is the truth. */
async function read(file: string): Promise<Known> {
  const nothing = { passed: [], byHand: [], answers: {} }
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw homeNotWritable(file, (error as NodeJS.ErrnoException).code ?? String(error), error)
  }
  try {
    const { v, passed, byHand, answers } = JSON.parse(text) as Partial<ProgressFile>
    if (v !== 1) return nothing
    return { passed: readSteps(passed), byHand: readSteps(byHand), answers: readAnswers(answers) }
  } catch {
    return nothing
  }
}

function readSteps(steps: unknown): number[] {
  return Array.isArray(steps) ? sorted(steps.filter((step) => Number.isInteger(step))) : []
}

function sorted(steps: readonly number[]): number[] {
  return [...new Set(steps)].sort((a, b) => a - b)
}

function readAnswers(answers: unknown): Record<string, Answer> {
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return {}
  const read: Record<string, Answer> = {}
  for (const [question, answer] of Object.entries(answers).slice(0, mostAnswers)) {
    const { step, right, total } = (answer ?? {}) as Partial<Record<keyof Answer, unknown>>
    if (isCount(step) && isCount(right) && isCount(total) && right <= total) read[question] = { step, right, total }
  }
  return read
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
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
