// The lines that lessons, hints and debriefs tell people to type: each works when pasted into the working folder after its track.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectlVersions, Shell } from './kubectls.ts'
import { buildProgram, bundle, root, runProgram, startProgram } from './program.ts'

const found = kubectlVersions().find(({ minor, missing }) => minor === '1.34' && !missing)

/** Whole lines in backticks; a bare `kubectl apply` in a sentence and what has a <placeholder> is none. */
function linesOf(track: string): string[] {
  const folder = join(root, 'steps', track)
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
  const lines = texts.flatMap((text) =>
    [...text.matchAll(/`((?:kubectl|hipster-workshop) [^`]+)`/g)].map(([, line]) => line!.replace(/\s*\n\s*/g, ' ')),
  )
  return [...new Set(lines)].filter((line) => !/<|FROM TO|^kubectl [a-z-]+( can-i)?$/.test(line))
}

const tracks = [
  { track: 'calico', last: '8', files: { 'my-app-policies.yaml': 'calico/06-skeleton.yaml' }, least: 20 },
  { track: 'netpol', last: '5', files: { 'my-policies.yaml': 'netpol/skeleton.yaml' }, least: 8 },
]

describe.skipIf(!found).each(tracks)(
  `lines in the prose of $track${found ? '' : ' (skipped: kubectl 1.34 is not built)'}`,
  ({ track, last, files, least }) => {
    const home = mkdtempSync(join(tmpdir(), 'hw-prose-'))
    const place = ['--home', home, '--via', 'api', '--time-scale', '0']
    const lines = linesOf(track)
    let server: ReturnType<typeof startProgram>
    let shell: Shell

    beforeAll(async () => {
      buildProgram()
      server = startProgram(['sandbox', 'start', '--home', home, '--time-scale', '0', '-o', 'json'])
      const ready = await new Promise<string>((resolve, reject) => {
        server.stdout!.once('data', (chunk) => resolve(String(chunk).split('\n')[0]!))
        server.on('close', () => reject(new Error('the sandbox ended')))
      })
      shell = new Shell(found!.path, readFileSync(JSON.parse(ready).kubeconfig, 'utf8'))
      const { code, stdout, stderr } = await runProgram(['goto', last, '--track', track, ...place])
      expect(code, stdout + stderr).toBe(0)
      for (const [name, manifest] of Object.entries(files))
        copyFileSync(join(root, 'manifests', manifest), join(home, 'workshop', name))
    }, 180_000)
    afterAll(async () => {
      const closed = new Promise((resolve) => server?.on('close', resolve))
      server?.kill('SIGINT')
      if (server) await closed
      shell?.dispose()
      rmSync(home, { recursive: true, force: true })
    })

    it('are there', () => expect(lines.length).toBeGreaterThanOrEqual(least))

    it.each(lines)(
      '%s',
      async (line) => {
        const program = `hipster-workshop() { '${process.execPath}' '${bundle}' "$@" ${place.map((word) => `'${word}'`).join(' ')}; }`
        const ran = await shell.run(
          `cd '${home}/workshop'\n${line.includes('hipster-workshop') ? `${program}\n` : ''}${line}`,
        )
        expect(ran.code, ran.stdout + ran.stderr).toBe(0)
        expect(ran.stderr).toMatch(/^(No resources found.*\n)?$/)
      },
      60_000,
    )
  },
)
