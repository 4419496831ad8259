/** `nc`: by image either busybox's (Alpine, with NC_110_COMPAT) or OpenBSD's. Texts and codes as captured from both. */
import type { ConnectOutcome } from '../../contracts.ts'
import type { Process, Program } from '../process.ts'
import { lookup, lookupText, REJECTED_AFTER_MS, SYN_GIVES_UP_MS } from './lookup.ts'
import { relay } from './nc-relay.ts'
import { type Options, readOptions } from './options.ts'

interface Target {
  process: Process
  host: string
  port: number
  address: string
  options: Options
  /** How often -v was given. */
  verbosity: number
  udp: boolean
  scanning: boolean
  waitMs: number | null
}

export const netcat: Program = (process) =>
  process.container.image.nc === 'openbsd' ? openbsd(process) : busybox(process)

const BUSYBOX_USAGE = `BusyBox v1.37.0 (2025-05-26 20:04:45 UTC) multi-call binary.

Usage: nc [OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

	-e PROG	Run PROG after connect (must be last)
	-l	Listen mode, for inbound connects
	-lk	With -e, provides persistent server
	-p PORT	Local port
	-s ADDR	Local address
	-w SEC	Timeout for connects and final net reads
	-i SEC	Delay interval for lines sent
	-n	Don't do DNS resolution
	-u	UDP mode
	-b	Allow broadcasts
	-v	Verbose
	-o FILE	Hex dump traffic
	-z	Zero-I/O mode (scanning)
`

async function busybox(process: Process): Promise<number> {
  const { stderr, argv } = process
  const options = readOptions(argv.slice(1), { flags: 'lknuvzb', values: 'pswioe' })
  if (options.mistake !== null) {
    const { option, kind } = options.mistake
    stderr.write(
      `nc: ${kind === 'unknown' ? `unrecognized option: ${option}` : `option requires an argument: ${option}`}\n${BUSYBOX_USAGE}`,
    )
    return 1
  }
  const [host, portText] = options.operands
  if (options.flags.has('l')) return listen(process)
  if (host === undefined) {
    stderr.write(BUSYBOX_USAGE)
    return 1
  }
  const port = portNumber(portText)
  if (port === null) {
    stderr.write(`nc: bad port '${portText ?? ''}'\n`)
    return 1
  }
  const found = await lookup(process, host)
  if (found.kind !== 'found') {
    stderr.write(`nc: bad address '${host}'\n`)
    return 1
  }
  const target = targetOf(process, host, port, found.address, options)
  const { verbosity } = target
  const outcome = await attempt(target, 'busybox')
  const where = `${host} (${found.address}:${port})`
  if (outcome.kind === 'open') {
    if (verbosity > 0) stderr.write(`${where} open\n`)
    if (target.scanning) {
      if (verbosity > 1) stderr.write('sent 0, rcvd 0\n')
      return 0
    }
    return relay(process, outcome, port)
  }
  // A refused connection is told only at -vv: at -v busybox keeps quiet about closed ports.
  const isQuiet = outcome.kind === 'refused' ? verbosity < 2 : verbosity < 1
  if (!isQuiet) stderr.write(`nc: ${where}: ${muslText(outcome)}\n`)
  if (verbosity > 1) stderr.write('sent 0, rcvd 0\n')
  return 1
}

function muslText(outcome: Exclude<ConnectOutcome, { kind: 'open' }>): string {
  if (outcome.kind === 'timed-out') return 'Operation timed out'
  if (outcome.kind === 'refused') return 'Connection refused'
  return outcome.what === 'host' ? 'Host is unreachable' : 'Network unreachable'
}

const SERVICE_NAMES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  6379: 'redis',
}

async function openbsd(process: Process): Promise<number> {
  const { stderr, argv } = process
  const options = readOptions(argv.slice(1), { flags: '46bCDdFhklNnrStUuvZz', values: 'iIMmOpPqsTVwWxX' })
  if (options.mistake !== null) {
    const { option, kind } = options.mistake
    stderr.write(
      `nc: ${kind === 'unknown' ? `invalid option -- '${option}'` : `option requires an argument -- '${option}'`}\n${OPENBSD_USAGE}`,
    )
    return 1
  }
  if (options.flags.has('l')) return listen(process)
  const [host, portText] = options.operands
  if (host === undefined || portText === undefined) {
    stderr.write(OPENBSD_USAGE)
    return 1
  }
  const ports = portRange(portText)
  if (ports === null) {
    stderr.write(`nc: port number invalid: ${portText}\n`)
    return 1
  }
  const found = await lookup(process, host)
  if (found.kind !== 'found') {
    const why = lookupText(found, process.container.image.libc)
    stderr.write(`nc: getaddrinfo for host "${host}" port ${ports[0]}: ${why}\n`)
    return 1
  }
  // Every port is tried; one that answers is enough for a good end.
  let code = 1
  for (const port of ports) {
    const target = targetOf(process, host, port, found.address, options)
    const outcome = await attempt(target, 'openbsd')
    tellOpenbsd(target, outcome)
    if (outcome.kind !== 'open') continue
    if (!target.scanning) return relay(process, outcome, port)
    code = 0
  }
  return code
}

function tellOpenbsd({ process, host, port, address, verbosity, udp }: Target, outcome: ConnectOutcome): void {
  if (verbosity === 0) return
  const protocol = udp ? 'udp' : 'tcp'
  const shown = host === address ? '' : ` (${address})`
  if (outcome.kind === 'open') {
    const service = SERVICE_NAMES[port] ?? '*'
    process.stderr.write(`Connection to ${host}${shown} ${port} port [${protocol}/${service}] succeeded!\n`)
    return
  }
  const text =
    outcome.kind === 'timed-out'
      ? 'timed out: Operation now in progress'
      : `failed: ${outcome.kind === 'refused' ? 'Connection refused' : unreachableText(outcome.what, process)}`
  process.stderr.write(`nc: connect to ${host}${shown} port ${port} (${protocol}) ${text}\n`)
}

function unreachableText(what: 'host' | 'network', { container }: Process): string {
  if (container.image.libc === 'musl') return what === 'host' ? 'Host is unreachable' : 'Network unreachable'
  return what === 'host' ? 'No route to host' : 'Network is unreachable'
}

const OPENBSD_USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
	  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
	  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
	  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
	  [destination] [port]
`

function portNumber(text: string | undefined): number | null {
  const port = Number(text)
  return text !== undefined && /^\d+$/.test(text) && port > 0 && port < 65536 ? port : null
}

/** `80` or `80-90`. */
function portRange(text: string): number[] | null {
  const [first, last] = text.split('-', 2).map(portNumber)
  if (first === null || first === undefined || last === null) return null
  const [low, high] = [Math.min(first, last ?? first), Math.max(first, last ?? first)]
  return Array.from({ length: high - low + 1 }, (_, index) => low + index)
}

function targetOf(process: Process, host: string, port: number, address: string, options: Options): Target {
  const seconds = Number(options.values.get('w'))
  return {
    process,
    host,
    port,
    address,
    options,
    verbosity: options.flags.get('v') ?? 0,
    udp: options.flags.has('u'),
    scanning: options.flags.has('z'),
    waitMs: options.values.has('w') && Number.isFinite(seconds) ? seconds * 1000 : null,
  }
}

/** The connection attempt, with the waiting it takes. UDP cannot tell a dropped packet from a quiet listener. */
async function attempt(
  { process, address, port, udp, waitMs }: Target,
  flavour: 'busybox' | 'openbsd',
): Promise<ConnectOutcome> {
  const { network, container, clock, signal } = process
  const outcome = network.connect(container.podId, address, port, udp ? 'UDP' : 'TCP')
  if (udp) {
    await clock.sleep(3000, signal)
    return outcome.kind === 'timed-out' ? { kind: 'open', address, port, pod: null } : outcome
  }
  if (outcome.kind === 'timed-out') await clock.sleep(Math.min(waitMs ?? SYN_GIVES_UP_MS, SYN_GIVES_UP_MS), signal)
  if (outcome.kind === 'unreachable' && outcome.what === 'host' && flavour === 'busybox')
    await clock.sleep(REJECTED_AFTER_MS, signal)
  return outcome
}

/** Nobody in the simulation connects to a port a shell opened: it waits until it is stopped. */
async function listen({ clock, signal }: Process): Promise<number> {
  for (;;) await clock.sleep(60_000, signal)
}
