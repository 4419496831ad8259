/** Which simulated program a command name runs in this image; what the image has and the sandbox does not is said so. */
import { FileErrorResult, resolvePath } from '../files.ts'
import type { Container, Program } from '../process.ts'
import { shellProgram } from '../shell/sh.ts'
import { awk } from './awk.ts'
import { curl } from './curl.ts'
import { dig, host } from './dig.ts'
import { FILE_TOOLS } from './file-tools.ts'
import { getent } from './getent.ts'
import { grep } from './grep.ts'
import { INTERFACE_TOOLS } from './interface-tools.ts'
import { netcat } from './nc.ts'
import { nslookup } from './nslookup.ts'
import { ping } from './ping.ts'
import { redisCli } from './redis-cli.ts'
import { sed } from './sed.ts'
import { SYSTEM_TOOLS } from './system-tools.ts'
import { tar } from './tar.ts'
import { TEXT_TOOLS } from './text-tools.ts'
import { wget } from './wget.ts'

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...TEXT_TOOLS,
  ...FILE_TOOLS,
  ...SYSTEM_TOOLS,
  ...INTERFACE_TOOLS,
  awk,
  curl,
  dig,
  getent,
  grep,
  egrep: (process) => grep({ ...process, argv: ['grep', '-E', ...process.argv.slice(1)] }),
  fgrep: (process) => grep({ ...process, argv: ['grep', '-F', ...process.argv.slice(1)] }),
  host,
  nc: netcat,
  nslookup,
  ping,
  'redis-cli': redisCli,
  sed,
  tar,
  wget,
  ash: shellProgram('ash'),
  bash: shellProgram('bash'),
  dash: shellProgram('dash'),
}

/** `busybox nc ...`: the applet its first argument names. */
const busybox: Program = async (process) => {
  const [, applet, ...args] = process.argv
  if (applet === undefined) {
    process.stdout.write('BusyBox v1.37.0 multi-call binary.\n')
    return 0
  }
  const program = findProgram(process.container, applet, process.cwd)
  if (typeof program === 'function') return program({ ...process, argv: [applet, ...args] })
  process.stderr.write(`${applet}: applet not found\n`)
  return 127
}

const BIN = /^\/(?:usr\/)?(?:local\/)?s?bin\/([^/]+)$/

/** A program, or why there is none: not in the image, or a file that is no program. */
export function findProgram(
  container: Container,
  command: string,
  cwd: string,
): Program | 'missing' | 'not-executable' {
  const { image, files } = container
  let name = command
  if (command.includes('/')) {
    const path = resolvePath(cwd, command)
    const inBin = BIN.exec(path)?.[1]
    if (inBin === undefined || !image.tools.has(inBin)) {
      if (files.isDirectory(path)) return 'not-executable'
      const content = files.isFile(path) ? files.read(path) : null
      if (content === null || content instanceof FileErrorResult) return 'missing'
      // A script somebody wrote: run it with the image's shell.
      return image.shell === 'none'
        ? 'not-executable'
        : (process) => shellProgram(image.shell as 'ash')({ ...process, argv: ['sh', path, ...process.argv.slice(1)] })
    }
    name = inBin
  }
  if (!image.tools.has(name)) return 'missing'
  if (name === 'sh') return image.shell === 'none' ? 'missing' : shellProgram(image.shell)
  if (name === 'busybox') return busybox
  return Object.hasOwn(PROGRAMS, name) ? (PROGRAMS[name] as Program) : notSimulated
}

const notSimulated: Program = ({ argv, stderr }) => {
  stderr.write(`${argv[0]}: this sandbox does not simulate it\n`)
  return 126
}
