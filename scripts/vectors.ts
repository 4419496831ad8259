/** `npm run vectors -- DIR`: the policy engine against every vector file of a folder. Exit 1 when a case fails or there is none. */
import { existsSync } from 'node:fs'
import { type FileResult, runVectors } from './vectors/run.ts'

const shownFailures = 10

function report(results: readonly FileResult[]): boolean {
  const failures = results.flatMap(({ name, failures }) => failures.map((failure) => ({ name, ...failure })))
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  for (const result of results) console.log(`${result.name}: passed ${result.passed}, failed ${result.failures.length}`)
  for (const { name, id, expected, actual } of failures.slice(0, shownFailures)) {
    console.log(`\n${name} ${id}\n  expected ${text(expected)}\n  actual   ${text(actual)}`)
  }
  if (failures.length > 0) console.log('')
  console.log(`${passed} passed, ${failures.length} failed`)
  return failures.length === 0 && passed > 0
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const directory = process.argv[2]
if (directory === undefined) {
  console.error('usage: npm run vectors -- DIR')
  process.exitCode = 2
} else if (!existsSync(directory)) {
  console.error(`there is no folder ${directory}`)
  process.exitCode = 1
} else {
  process.exitCode = report(await runVectors(directory)) ? 0 : 1
}
