// Where the output goes may be full, or have nobody left who reads it.
import { Readable, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { runProgram } from '../../src/commands/program.ts'

function streams(code: string) {
  let stderr = ''
  const io = {
    stdin: Readable.from([]),
    stdout: new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
    }),
    stderr: new Writable({
      write(chunk, _encoding, done) {
        stderr += chunk
        done()
      },
    }),
    env: {},
  }
  return { io: io as unknown as Parameters<typeof runProgram>[2], said: () => stderr }
}

it('says that a full disk took the output, and is not done', async () => {
  const { io, said } = streams('ENOSPC')
  expect(await runProgram(['schema'], '0.0.0', io)).toBe(5)
  expect(said()).toContain('[OUTPUT_LOST]')
  expect(said()).not.toContain('    at ')
})

it('does not crash when nobody reads any more', async () => {
  const { io, said } = streams('EPIPE')
  await runProgram(['schema'], '0.0.0', io)
  expect(said()).not.toContain('EPIPE')
})
