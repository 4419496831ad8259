import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { rolldown } from 'rolldown'
import type { BenchLine } from '../bench.ts'
import { dist, median, root } from './shared.ts'

/** Milliseconds from start until all the texts stood in what the program wrote; the process is then ended. */
function firstFrame(
  file: string,
  args: string[],
  texts: readonly string[],
  env: Record<string, string>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const { CI: _ci, ...inherited } = process.env as Record<string, string>
    const terminal = spawn(process.execPath, [file, ...args], {
      cols: 120,
      rows: 40,
      name: 'xterm-256color',
      env: { ...inherited, ...env },
    })
    let seen = ''
    let done = false
    const finish = (act: () => void) => {
      if (done) return
      done = true
      clearTimeout(limit)
      terminal.kill('SIGKILL')
      act()
    }
    const limit = setTimeout(
      () => finish(() => reject(new Error(`no first frame of ${file}; it wrote: ${seen.slice(-500)}`))),
      20_000,
    )
    terminal.onData((data) => {
      seen += data
      if (texts.every((text) => seen.includes(text))) finish(() => resolve(performance.now() - started))
    })
    terminal.onExit(() => finish(() => reject(new Error(`${file} ended early: ${seen.slice(-500)}`))))
  })
}

/** The frame that shows the step list and the first lesson's title, against the frame of an Ink hello-world bundle. */
export async function benchFirstFrame(): Promise<BenchLine[]> {
  const work = mkdtempSync(join(root, 'node_modules', '.hw-bench-'))
  try {
    writeFileSync(
      join(work, 'hello.jsx'),
      "import { render, Text } from 'ink'\nrender(<Text>Hello, world</Text>)\nsetTimeout(() => {}, 5000)\n",
    )
    const build = await rolldown({
      input: join(work, 'hello.jsx'),
      platform: 'node',
      resolve: { alias: { 'react-devtools-core': join(root, 'scripts/empty-module.mjs') } },
      transform: { jsx: 'react-jsx', define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' } },
      onLog() {},
    })
    const hello = join(work, 'hello.mjs')
    await build.write({ file: hello, format: 'esm', minify: true, codeSplitting: false })
    await build.close()
    const home = mkdtempSync(join(tmpdir(), 'hw-bench-'))
    const helloTimes: number[] = []
    const ourTimes: number[] = []
    for (let round = 0; round < 9; round++) {
      helloTimes.push(await firstFrame(hello, [], ['Hello, world'], {}))
      ourTimes.push(await firstFrame(dist, ['--sandbox', '--home', home], ['Deploy', 'Tighten'], {}))
    }
    rmSync(home, { recursive: true, force: true })
    const ratio = median(ourTimes) / median(helloTimes)
    return [
      {
        name: 'first frame / Ink hello-world bundle',
        value: ratio,
        unit: 'x',
        budget: '<= 1.5 x',
        withinBudget: ratio <= 1.5,
        detail: `${median(ourTimes).toFixed(0)} ms against ${median(helloTimes).toFixed(0)} ms`,
      },
    ]
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
