// Lines that name a manifest work in one folder only: whoever reads them is told which.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../helpers/run-cli.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hw-paste-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('run and status say where their lines can be pasted', async () => {
  const place = ['--track', 'netpol', '--home', home, '--time-scale', '0', '--via', 'api']
  const folder = `lines can be pasted in ${join(home, 'workshop')}.`
  const run = await runCli(['run', '--auto', '--sandbox', '--step', '0', ...place])
  expect(run.stdout).toContain(folder)
  expect(run.stderr).toBe('')
  const clean = await runCli(['status', ...place])
  expect(clean.stdout).not.toContain('can be pasted')
  // Step 4 without step 2: a policy is missing.
  await runCli(['run', '--auto', '--sandbox', '--step', '4', '--deadline', '1', ...place])
  const drifted = await runCli(['status', ...place])
  expect(drifted.exitCode).toBe(3)
  expect(drifted.stdout).toContain('apply -f manifests/')
  expect(drifted.stdout).toContain(folder)
})
