/** `getent hosts NAME`. */
import type { Program } from '../process.ts'
import { lookup } from './lookup.ts'

export const getent: Program = async (process) => {
  const { argv, stdout, stderr, container } = process
  const [, database, ...names] = argv
  if (database === undefined) {
    stderr.write('Usage: getent [OPTION...] database [key ...]\n')
    return 1
  }
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') {
    stderr.write(`Unknown database: ${database}\n`)
    return 1
  }
  for (const name of names) {
    let found = await lookup(process, name)
    // glibc asks for IPv6 addresses first and, when that is not answered, again for IPv4.
    if (found.kind === 'failed' && found.tookMs > 0 && container.image.libc === 'glibc')
      found = await lookup(process, name)
    if (found.kind !== 'found') return 2
    if (database === 'hosts')
      stdout.write(
        `${found.address.padEnd(15)} ${found.canonical}${container.image.libc === 'musl' ? `  ${found.canonical} ${name}` : ''}\n`,
      )
    else
      for (const [index, kind] of ['STREAM', 'DGRAM', 'RAW'].entries())
        stdout.write(`${found.address.padEnd(15)} ${kind.padEnd(6)} ${index === 0 ? found.canonical : ''}\n`)
  }
  return 0
}
