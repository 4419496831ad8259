/**
 * Replays recordings of a real API server against the sandbox and compares the answers:
 *
 *   npm run contract -- DIR
 *
 * DIR holds recordings in the formats of `real-1.34` (one file per command) or `calico-api` (answers.json).
 */

import { existsSync } from 'node:fs'
import type { CaseResult } from './contract/replay.ts'
import { runContract } from './contract/run-contract.ts'

function report(results: readonly CaseResult[]): number {
  for (const result of results.filter((one) => one.outcome === 'failed')) {
    console.log(`FAILED ${result.name}`)
    for (const line of result.details) console.log(`  ${line}`)
  }
  const count = (outcome: CaseResult['outcome']) => results.filter((one) => one.outcome === outcome).length
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  return results.length === 0 || count('failed') > 0 ? 1 : 0
}

const dir = process.argv[2]
if (!dir || !existsSync(dir)) {
  console.error('usage: npm run contract -- DIR [NAME]')
  process.exitCode = 2
} else process.exitCode = report(await runContract(dir, process.argv[3]))
