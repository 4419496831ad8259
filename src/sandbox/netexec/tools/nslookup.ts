/** `nslookup`: busybox asks every name of the search list for A and AAAA and prints each failure; bind's stops at the first answer. */
import { isIPv4 } from 'node:net'
import { candidates } from '../../network/resolver.ts'
import type { Process, Program } from '../process.ts'

export const nslookup: Program = (process) => {
  const operands = process.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  const [name, server] = operands
  if (name === undefined) {
    process.stderr.write(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n',
    )
    return 1
  }
  const asked = server ?? process.network.resolverConfig(process.container.podId).servers[0] ?? ''
  return process.container.image.nslookup === 'bind' ? bind(process, name, asked) : busybox(process, name, asked)
}

const NO_SERVER = ';; connection timed out; no servers could be reached\n\n'

async function busybox(
  { network, container, stdout, clock, signal }: Process,
  name: string,
  server: string,
): Promise<number> {
  if (isIPv4(name)) return reverse({ network, container, stdout }, name, server, ':53')
  const config = network.resolverConfig(container.podId)
  // It uses the search list only for names without a dot.
  const names = name.includes('.')
    ? [name.replace(/\.$/, '')]
    : candidates(name, config).filter((each) => each !== name)
  const blocks: string[] = []
  let answers = 0
  for (const type of ['A', 'AAAA'] as const) {
    for (const candidate of names.length === 0 ? [name] : names) {
      const reply = network.query(container.podId, { name: candidate, type, server })
      if (reply.status === 'timed-out' || reply.status === 'refused') {
        await clock.sleep(5000, signal)
        stdout.write(NO_SERVER)
        return 1
      }
      if (reply.status === 'noerror') {
        answers++
        if (reply.records.length > 0)
          blocks.push(`${reply.records.map(({ data }) => `Name:\t${candidate}\nAddress: ${data}\n`).join('')}\n`)
        else if (type === 'A') blocks.push(`*** Can't find ${candidate}: No answer\n\n`)
        else blocks.push(names.length > 1 ? '\n' : '')
      } else
        blocks.push(`** server can't find ${candidate}: ${reply.status === 'servfail' ? 'SERVFAIL' : 'NXDOMAIN'}\n\n`)
    }
  }
  stdout.write(`Server:\t\t${server}\nAddress:\t${server}:53\n\n${blocks.join('')}`)
  return answers === names.length * 2 ? 0 : 1
}

async function bind(process: Process, name: string, server: string): Promise<number> {
  const { network, container, stdout, clock, signal } = process
  if (isIPv4(name)) return reverse(process, name, server, '#53')
  const heading = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
  for (const candidate of candidates(name, network.resolverConfig(container.podId))) {
    const reply = network.query(container.podId, { name: candidate, server })
    if (reply.status === 'timed-out' || reply.status === 'refused') {
      const what = reply.status === 'timed-out' ? 'timed out' : 'connection refused'
      for (let n = 0; n < 3; n++) {
        if (reply.status === 'timed-out') await clock.sleep(5000, signal)
        stdout.write(`;; communications error to ${server}#53: ${what}\n`)
      }
      stdout.write(';; no servers could be reached\n\n')
      return 1
    }
    if (reply.status === 'servfail') {
      if (reply.tookMs > 0) await clock.sleep(reply.tookMs, signal)
      stdout.write(`;; Got SERVFAIL reply from ${server}\n${heading}** server can't find ${candidate}: SERVFAIL\n\n`)
      return 1
    }
    const addresses = reply.records.filter(({ type }) => type === 'A')
    if (addresses.length === 0) continue
    const own = candidate.endsWith('.cluster.local') ? '' : 'Non-authoritative answer:\n'
    stdout.write(
      `${heading}${own}${addresses.map((record) => `Name:\t${record.name}\nAddress: ${record.data}\n`).join('')}\n`,
    )
    return 0
  }
  stdout.write(`${heading}** server can't find ${name}: NXDOMAIN\n\n`)
  return 1
}

function reverse(
  { network, container, stdout }: Pick<Process, 'network' | 'container' | 'stdout'>,
  address: string,
  server: string,
  port: string,
): number {
  const name = `${address.split('.').reverse().join('.')}.in-addr.arpa`
  const [record] = network.query(container.podId, { name, type: 'PTR', server }).records
  stdout.write(
    record === undefined
      ? `** server can't find ${name}: NXDOMAIN\n\n`
      : port === ':53'
        ? `Server:\t\t${server}\nAddress:\t${server}:53\n\n${name}\tname = ${record.data}\n\n`
        : `${name}\tname = ${record.data}.\n\n`,
  )
  return record === undefined ? 1 : 0
}
