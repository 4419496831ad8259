// A sandbox that was opened for a command is closed when the command cannot connect to it: else the program never ends.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hw-failed-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Ended {
  code: number | string | null
  killed: boolean
  stderr: string
}

function status(...args: string[]): Promise<Ended> {
  const line = ['--import', 'tsx', join(root, 'src/cli.ts'), 'status', '--home', home, '-o', 'json', ...args]
  const env = { ...process.env, HW_KUBECTL: join(home, 'no-kubectl') }
  return new Promise((resolve) => {
    execFile(process.execPath, line, { cwd: root, env, timeout: 30_000 }, (error, _stdout, stderr) =>
      resolve({ code: error?.code ?? 0, killed: error?.killed ?? false, stderr }),
    )
  })
}

describe('a command that cannot connect ends', () => {
  it('when the sandbox is its own', async () => {
    const ended = await status('--via', 'kubectl')
    expect(ended).toMatchObject({ code: 5, killed: false })
    expect(JSON.parse(ended.stderr)).toMatchObject({ code: 'KUBECTL_MISSING' })
  })

  it('when another process serves the sandbox, and it answers with errors only', async () => {
    const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0, faults: { '500': 1 } })
    try {
      const ended = await status('--via', 'api')
      expect(ended).toMatchObject({ killed: false })
      expect(JSON.parse(ended.stderr)).toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    } finally {
      await sandbox.close()
    }
  })
})
