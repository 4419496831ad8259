import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/errors/exit-codes.ts'
import { runCli } from '../helpers/run-cli.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hw-usage-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One clear error: what happened, a code, what to do; no stack. */
function expectOneError(result: { stderr: string; stdout: string }, code: string): void {
  expect(result.stderr).toContain(`[${code}]`)
  expect(result.stderr.split('\n').filter((line) => line.startsWith('error:'))).toHaveLength(1)
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  expect(result.stdout).toBe('')
}

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['rum'], 'USAGE', 'Did you mean hipster-workshop run?'],
    ['an unknown flag', ['run', '--stp', '3'], 'USAGE', 'See hipster-workshop run --help.'],
    ['an unknown step', ['run', '--auto', '--step', '99'], 'UNKNOWN_STEP', '0, 1, 2'],
    ['--step beside --from', ['run', '--auto', '--step', '1', '--from', '2'], 'USAGE', '--from N --to M'],
    ['steps the wrong way round', ['run', '--auto', '--from', '3', '--to', '2'], 'USAGE', 'Swap'],
    ['a number that is none', ['goto', 'three'], 'USAGE', ''],
    ['a sandbox and a context', ['status', '--sandbox', '--context', 'x'], 'USAGE', '--context NAME'],
    ['a kubeconfig without a context', ['status', '--kubeconfig', 'x'], 'USAGE', 'get-contexts'],
    ['questions to nobody', ['run', '--step', '0'], 'USAGE', '--auto'],
    ['an unknown Calico', ['status', '--calico', '2.0'], 'USAGE', ''],
    ['a port that is none', ['probe', 'a', 'b:99999'], 'USAGE', 'of the Service'],
    ['a world from two places', ['explain', 'a', 'b', '-f', 'x', '--context', 'y'], 'USAGE', ''],
  ])('%s is exit 2', async (_name, args, code, hint) => {
    const result = await runCli([...args, '--home', folder])
    expect(result.exitCode).toBe(exitCodes.usage)
    expectOneError(result, code)
    expect(result.stderr).toContain(hint)
  })

  it('the only track of a folder need not be named', async () => {
    const content = fileURLToPath(new URL('../fixtures/content', import.meta.url))
    const result = await runCli(['run', '--auto', '--step', '99', '--content', content, '--home', folder])
    expectOneError(result, 'UNKNOWN_STEP')
  })

  it('an unknown track names those there are', async () => {
    const result = await runCli(['run', '--auto', '--track', 'nope', '--home', folder])
    expect(result.exitCode).not.toBe(0)
    expectOneError(result, 'UNKNOWN_TRACK')
    expect(result.stderr).toContain('calico')
  })

  it('a context that is not in the kubeconfig names those that are', async () => {
    const file = join(folder, 'kubeconfig')
    writeFileSync(
      file,
      'apiVersion: v1\nkind: Config\ncontexts:\n- name: lab\n  context: {cluster: c, user: u}\nclusters:\n- name: c\n  cluster: {server: "https://127.0.0.1:1"}\nusers:\n- name: u\n  user: {}\n',
    )
    const result = await runCli(['status', '--context', 'nope', '--kubeconfig', file, '--home', folder])
    expect(result.exitCode).not.toBe(0)
    expect(result.stderr).toContain('lab')
    expect(result.stderr).not.toContain('    at ')
  })

  it('a kubeconfig that is not YAML is named with line and column', async () => {
    const file = join(folder, 'broken')
    writeFileSync(file, 'apiVersion: v1\nkind: [\n')
    const result = await runCli(['status', '--context', 'lab', '--kubeconfig', file, '--home', folder])
    expect(result.exitCode).not.toBe(0)
    expect(result.stderr).toMatch(/broken:\d+:\d+/)
  })

  it('says errors as one JSON object with --output json', async () => {
    const result = await runCli(['run', '--auto', '--step', '99', '-o', 'json', '--home', folder])
    expect(result.stdout).toBe('')
    expect(JSON.parse(result.stderr)).toMatchObject({ v: 1, type: 'error', code: 'UNKNOWN_STEP' })
  })
})

describe('README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

  it('lists exactly the exit codes there are', () => {
    const listed = [...readme.matchAll(/^\| (\d+) \| /gm)].map((match) => Number(match[1]))
    expect(listed.filter((code) => Object.values(exitCodes).includes(code as never)).sort((a, b) => a - b)).toEqual(
      Object.values(exitCodes).sort((a, b) => a - b),
    )
  })

  it('names every command', async () => {
    const { stdout, exitCode } = await runCli(['--help'])
    expect(exitCode).toBe(0)
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)]
      .map((match) => match[1]!)
      .filter((name) => name !== 'help' && name !== 'tui')
    expect(commands.length).toBeGreaterThan(10)
    for (const command of commands) expect(readme).toContain(`\`${command}`)
  })
})
