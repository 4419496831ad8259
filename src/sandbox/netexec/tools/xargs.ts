import { type Program, readAll } from '../process.ts'
import { linesOf } from './inputs.ts'
import { readOptions } from './options.ts'
import { findProgram } from './registry.ts'

export const xargs: Program = async (process) => {
  const { values, flags, operands } = readOptions(process.argv.slice(1), {
    flags: 'r0t',
    values: 'nIPL',
    stopAtOperand: true,
  })
  const text = await readAll(process.stdin)
  const marker = values.get('I')
  const items = marker === undefined ? text.split(/\s+/).filter((word) => word !== '') : linesOf(text)
  if (items.length === 0 && flags.has('r')) return 0
  const size = marker === undefined ? Number(values.get('n') ?? Math.max(1, items.length)) : 1
  const [name = 'echo', ...fixed] = operands
  const program = findProgram(process.container, name, process.cwd)
  if (typeof program !== 'function') {
    process.stderr.write(`xargs: ${name}: No such file or directory\n`)
    return 127
  }
  let status = 0
  for (let at = 0; at < Math.max(1, items.length); at += size) {
    const batch = items.slice(at, at + size)
    const args =
      marker === undefined ? [...fixed, ...batch] : fixed.map((arg) => arg.replaceAll(marker, batch[0] ?? ''))
    if ((await program({ ...process, argv: [name, ...args] })) !== 0) status = 123
  }
  return status
}
