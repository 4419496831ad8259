/** What filters read: standard input or the named files, whole or by lines. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { type Process, readAll } from '../process.ts'

/** Runs over standard input or each named file; what cannot be read is told and counts as failure. */
export async function overInputs(
  process: Process,
  names: readonly string[],
  use: (text: string, name: string) => void,
): Promise<number> {
  let status = 0
  for (const name of names.length === 0 ? ['-'] : names) {
    const content =
      name === '-' ? await readAll(process.stdin) : process.container.files.read(resolvePath(process.cwd, name))
    if (content instanceof FileErrorResult) {
      const said =
        process.container.image.os === 'debian'
          ? `${name}: ${content.text}`
          : process.argv[0] === 'cat'
            ? `can't open '${name}': ${content.text}`
            : `${name}: ${content.text}`
      process.stderr.write(`${process.argv[0]}: ${said}\n`)
      status = 1
    } else use(content, name)
  }
  return status
}

export const linesOf = (text: string): string[] => {
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}
