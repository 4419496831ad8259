/** `dig` and `host` of bind-tools. */
import { isIPv4 } from 'node:net'
import type { RecordType } from '../../network/dns.ts'
import { candidates, type DnsReply } from '../../network/resolver.ts'
import type { Process, Program } from '../process.ts'
import { lookup } from './lookup.ts'

interface Query {
  name: string
  type: RecordType
  server: string | null
  short: boolean
  search: boolean
  tcp: boolean
  timeMs: number
  tries: number
  answerOnly: boolean
  comments: boolean
}

const TYPES = new Set(['A', 'AAAA', 'CNAME', 'PTR', 'SRV', 'TXT', 'MX', 'NS', 'SOA', 'ANY'])

export const dig: Program = async (process) => {
  const { stdout, stderr } = process
  const queries = readQueries(process.argv.slice(1))
  if (typeof queries === 'string') {
    stderr.write(queries)
    return 1
  }
  let code = 0
  for (const query of queries) code = Math.max(code, await ask(process, query, stdout.write.bind(stdout)))
  return code
}

function readQueries(args: readonly string[]): Query[] | string {
  const base: Query = {
    name: '',
    type: 'A',
    server: null,
    short: false,
    search: false,
    tcp: false,
    timeMs: 5000,
    tries: 3,
    answerOnly: false,
    comments: true,
  }
  let query = base
  const queries: Query[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string
    if (arg.startsWith('@')) query = { ...query, server: arg.slice(1) }
    else if (arg.startsWith('+')) query = applyPlus(query, arg.slice(1))
    else if (arg === '-x') {
      const address = args[++at] ?? ''
      query = { ...query, name: `${address.split('.').reverse().join('.')}.in-addr.arpa.`, type: 'PTR' }
    } else if (arg === '-t' || arg === '-p' || arg === '-q') {
      const value = args[++at] ?? ''
      if (arg === '-t') query = { ...query, type: value.toUpperCase() as RecordType }
      if (arg === '-q') query = { ...query, name: value }
    } else if (arg.startsWith('-')) {
      if (arg !== '-4' && arg !== '-u')
        return `Invalid option: ${arg}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n            {global-d-opt} host [@local-server] {local-d-opt}\n            [ host [@local-server] {local-d-opt} [...]]\n\nUse "dig -h" (or "dig -h | more") for complete list of options\n`
    } else if (TYPES.has(arg.toUpperCase()) && query.name !== '')
      query = { ...query, type: arg.toUpperCase() as RecordType }
    else if (arg.toUpperCase() === 'IN') continue
    else {
      if (query.name !== '') queries.push(query)
      query = { ...query, name: arg, type: 'A' }
    }
  }
  return [...queries, query.name === '' ? { ...query, name: '.', type: 'NS' } : query]
}

function applyPlus(query: Query, option: string): Query {
  const [name = '', value] = option.split('=')
  switch (name) {
    case 'short':
      return { ...query, short: true }
    case 'search':
      return { ...query, search: true }
    case 'tcp':
    case 'vc':
      return { ...query, tcp: true }
    case 'time':
    case 'timeout':
      return { ...query, timeMs: Math.max(1, Number(value ?? 5)) * 1000 }
    case 'tries':
      return { ...query, tries: Math.max(1, Number(value ?? 3)) }
    case 'retry':
      return { ...query, tries: Math.max(0, Number(value ?? 2)) + 1 }
    case 'noall':
      return { ...query, comments: false }
    case 'answer':
      return { ...query, answerOnly: true }
    default:
      return query
  }
}

async function ask(process: Process, query: Query, write: (text: string) => void): Promise<number> {
  const { network, container, clock, signal } = process
  const config = network.resolverConfig(container.podId)
  let server = query.server ?? config.servers[0] ?? ''
  if (query.server !== null && !isIPv4(query.server)) {
    const found = await lookup(process, query.server)
    if (found.kind !== 'found') {
      write(`dig: couldn't get address for '${query.server}': ${found.kind === 'unknown' ? 'not found' : 'failure'}\n`)
      return 10
    }
    server = found.address
  }
  const names = query.search ? candidates(query.name, config) : [query.name]
  let reply: DnsReply | null = null
  let asked = query.name
  for (const name of names) {
    asked = name
    reply = network.query(container.podId, { name, type: query.type, tcp: query.tcp, server })
    if (reply.status === 'timed-out' || reply.status === 'refused') {
      for (let n = 0; n < query.tries; n++) {
        if (reply.status === 'timed-out') await clock.sleep(query.timeMs, signal)
        write(
          `;; communications error to ${server}#53: ${reply.status === 'timed-out' ? 'timed out' : 'connection refused'}\n`,
        )
      }
      if (!query.short && query.comments)
        write(`\n; <<>> DiG 9.18.39 <<>> ${process.argv.slice(1).join(' ')}\n;; global options: +cmd\n`)
      write(';; no servers could be reached\n')
      return 9
    }
    if (reply.tookMs > 0) await clock.sleep(Math.min(reply.tookMs, query.timeMs), signal)
    if (reply.status === 'servfail' || reply.records.length > 0) break
  }
  if (reply !== null) write(query.short ? short(reply) : full(process, query, asked, reply, server))
  return 0
}

function short(reply: DnsReply): string {
  return reply.records.map(({ type, data }) => `${data}${type === 'CNAME' || type === 'PTR' ? '.' : ''}\n`).join('')
}

function full(process: Process, query: Query, asked: string, reply: DnsReply, server: string): string {
  const name = `${asked.replace(/\.$/, '')}.`
  const line = (record: DnsReply['records'][number]): string =>
    `${`${record.name}.`.padEnd(23)}\t${record.ttl}\tIN\t${record.type}\t${record.data}${record.type === 'CNAME' || record.type === 'PTR' ? '.' : ''}\n`
  const answers = reply.records.map(line).join('')
  if (!query.comments) return query.answerOnly ? answers : ''
  const status = reply.status.toUpperCase()
  const flags = `qr${name.endsWith('.cluster.local.') ? ' aa' : ''} rd${reply.status === 'servfail' ? '' : name.endsWith('.cluster.local.') ? '' : ' ra'}`
  return [
    `\n; <<>> DiG 9.18.39 <<>> ${process.argv.slice(1).join(' ')}\n;; global options: +cmd\n;; Got answer:\n`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${20000 + ((name.length * 977) % 40000)}\n;; flags: ${flags}; QUERY: 1, ANSWER: ${reply.records.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n`,
    `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;${name.padEnd(22)}\tIN\t${query.type}\n\n`,
    answers === '' ? '' : `;; ANSWER SECTION:\n${answers}\n`,
    `;; Query time: 1 msec\n;; SERVER: ${server}#53(${server}) (${query.tcp ? 'TCP' : 'UDP'})\n;; WHEN: ${process.clock
      .now()
      .toUTCString()
      .replace(
        /^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/,
        '$1 $3 $2 $5 UTC $4',
      )}\n;; MSG SIZE  rcvd: ${60 + answers.length}\n\n`,
  ].join('')
}

export const host: Program = async (process) => {
  const { argv, stdout, network, container, clock, signal } = process
  const [name = '', givenServer] = argv.slice(1).filter((arg) => !arg.startsWith('-'))
  const config = network.resolverConfig(container.podId)
  const server = givenServer ?? config.servers[0] ?? ''
  if (isIPv4(name)) {
    const reply = network.query(container.podId, {
      name: `${name.split('.').reverse().join('.')}.in-addr.arpa`,
      type: 'PTR',
      server,
    })
    const [record] = reply.records
    stdout.write(
      record === undefined
        ? `Host ${name.split('.').reverse().join('.')}.in-addr.arpa. not found: 3(NXDOMAIN)\n`
        : `${record.name} domain name pointer ${record.data}.\n`,
    )
    return record === undefined ? 1 : 0
  }
  let failure = '3(NXDOMAIN)'
  for (const candidate of candidates(name, config)) {
    const reply = network.query(container.podId, { name: candidate, server })
    if (reply.status === 'timed-out') {
      await clock.sleep(10_000, signal)
      stdout.write(
        `;; communications error to ${server}#53: timed out\n;; communications error to ${server}#53: timed out\n;; no servers could be reached\n`,
      )
      return 1
    }
    const addresses = reply.records.filter(({ type }) => type === 'A')
    if (addresses.length > 0) {
      for (const { data } of addresses) stdout.write(`${candidate} has address ${data}\n`)
      return 0
    }
    if (reply.status === 'servfail') {
      failure = '2(SERVFAIL)'
      break
    }
  }
  stdout.write(`Host ${name} not found: ${failure}\n`)
  return 1
}
