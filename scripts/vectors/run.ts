import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Mismatch } from './compare.ts'
import { checkFlows } from './flows.ts'
import { checkOrdering } from './ordering.ts'
import { checkSelector } from './selectors.ts'
import { checkValidation } from './validation.ts'

export interface FileResult {
  name: string
  passed: number
  failures: { id: string; expected: unknown; actual: unknown }[]
}

/** Runs every vector file of a folder. A file says what it is by its cases, so that its name does not matter. */
export async function runVectors(directory: string): Promise<FileResult[]> {
  const results: FileResult[] = []
  for (const name of readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    results.push(await runFile(join(directory, name)))
  }
  return results
}

async function runFile(path: string): Promise<FileResult> {
  const result: FileResult = { name: basename(path), passed: 0, failures: [] }
  for (const [index, test] of readCases(path).entries()) {
    const mismatch = await check(test)
    if (mismatch) result.failures.push({ id: String(test?.id ?? `case ${index}`), ...mismatch })
    else result.passed++
  }
  return result
}

/** A file that cannot be read, or holds no cases, is one failed case: nothing can be skipped. */
function readCases(path: string): any[] {
  try {
    const { cases } = JSON.parse(readFileSync(path, 'utf8'))
    if (Array.isArray(cases) && cases.length > 0) return cases
    return [{ id: basename(path), broken: 'no cases' }]
  } catch (error) {
    return [{ id: basename(path), broken: String(error) }]
  }
}

async function check(test: any): Promise<Mismatch> {
  try {
    if (test?.broken) return { expected: 'a file of cases', actual: test.broken }
    if (Array.isArray(test.flows)) return checkFlows(test)
    if ('object' in test) return await checkValidation(test)
    if ('selector' in test || String(test.type).startsWith('effective-')) return checkSelector(test)
    return checkOrdering(test)
  } catch (error) {
    return {
      expected: test?.expected ?? 'no exception',
      actual: error instanceof Error ? (error.stack ?? error.message) : error,
    }
  }
}
