/** `curl`: exit codes and texts as captured from 7.88 and 8.14; which version, the image says. */
import type { ConnectOutcome, HttpResponse } from '../../contracts.ts'
import { FileErrorResult, resolvePath } from '../files.ts'
import { type Process, type Program, readAll } from '../process.ts'
import { createMeter, type Meter } from './curl-meter.ts'
import { type CurlOptions, CurlUsage, readCurlOptions } from './curl-options.ts'
import { CurlFailure, defaultPort, joinUrl, parseUrl, showUrl, type Url } from './curl-url.ts'
import { formatWriteOut, type TransferFacts } from './curl-write-out.ts'
import { SYN_GIVES_UP_MS } from './lookup.ts'
import { relay } from './nc-relay.ts'

const PROTOCOLS =
  'dict file ftp ftps gopher gophers http https imap imaps ipfs ipns mqtt pop3 pop3s rtsp smb smbs smtp smtps telnet tftp ws wss'

export const curl: Program = async (process) => {
  const { argv, stdout, stderr, container } = process
  let options: CurlOptions
  try {
    options = readCurlOptions(argv.slice(1))
  } catch (mistake) {
    if (!(mistake instanceof CurlUsage)) throw mistake
    stderr.write(`${mistake.text}curl: try 'curl --help' or 'curl --manual' for more information\n`)
    return mistake.code
  }
  const version = container.image.curl ?? '8.14.1'
  if (options.version) {
    stdout.write(
      `curl ${version} (x86_64-alpine-linux-musl) libcurl/${version} OpenSSL/3.5.1 zlib/1.3.1\nProtocols: ${PROTOCOLS}\nFeatures: alt-svc AsynchDNS HSTS HTTP2 HTTPS-proxy IPv6 Largefile libz NTLM SSL threadsafe TLS-SRP UnixSockets\n`,
    )
    return 0
  }
  if (options.urls.length === 0) {
    stderr.write(
      `curl: ${options.help ? '' : '(2) no URL specified\ncurl: '}try 'curl --help' or 'curl --manual' for more information\n`,
    )
    return options.help ? 0 : 2
  }
  let code = 0
  for (const url of options.urls) code = await transfer(process, options, url, isNew(version))
  return code
}

/** The wording changed in 8.x: "Could not connect", "Connection timed out after". */
function isNew(version: string): boolean {
  return Number(version.split('.')[0]) >= 8
}

type Opened = Extract<ConnectOutcome, { kind: 'open' }>

interface Transfer {
  process: Process
  options: CurlOptions
  meter: Meter
  facts: TransferFacts
  isNewer: boolean
}

async function transfer(process: Process, options: CurlOptions, text: string, isNewer: boolean): Promise<number> {
  const { stderr, stdout } = process
  const meter = createMeter(process, !options.silent && (!stdout.tty || options.output !== null))
  const facts: TransferFacts = {
    url: text,
    httpCode: 0,
    exitCode: 0,
    remoteIp: '',
    remotePort: 0,
    localIp: process.container.ip,
    namelookup: 0,
    connect: 0,
    total: 0,
    redirectUrl: '',
    size: 0,
    redirects: 0,
    contentType: '',
    method: 'GET',
    scheme: '',
    error: '',
  }
  const running: Transfer = { process, options, meter, facts, isNewer }
  try {
    await follow(running, text)
  } catch (failure) {
    if (!(failure instanceof CurlFailure)) throw failure
    facts.exitCode = failure.code
    facts.error = failure.text
    if (facts.scheme !== '') meter.fail(failure.drawsAgain)
    if (!options.silent || options.showError) stderr.write(`curl: (${failure.code}) ${failure.text}\n`)
  }
  if (options.writeOut !== '') stdout.write(formatWriteOut(options.writeOut, facts))
  return facts.exitCode
}

async function follow(transfer: Transfer, text: string): Promise<void> {
  const { options, facts, process, meter } = transfer
  let url = parseUrl(text)
  let method = options.method ?? (options.head ? 'HEAD' : options.data === null ? 'GET' : 'POST')
  facts.scheme = url.scheme
  facts.url = showUrl(url)
  meter.start()
  for (;;) {
    facts.method = method
    const response = await exchange(transfer, url, method)
    const header = (name: string): string | undefined =>
      response.headers.find(([each]) => each.toLowerCase() === name)?.[1]
    facts.httpCode = response.status
    facts.contentType = header('content-type') ?? ''
    const location = header('location')
    const target = location === undefined ? null : joinUrl(url, location)
    facts.redirectUrl = target === null ? '' : showUrl(target)
    const goesOn = options.follow && target !== null && response.status >= 300 && response.status < 400
    if (options.fail && response.status >= 400)
      throw new CurlFailure(22, `The requested URL returned error: ${response.status}`)
    const isBodyless = method === 'HEAD'
    const body = isBodyless || goesOn ? '' : response.body
    const shown = options.head || options.include ? headText(response, url, facts.remoteIp, process) : ''
    facts.size = body.length
    await deliver(transfer, shown + body, url)
    if (!goesOn || target === null) {
      const announced = Number(header('content-length') ?? (isBodyless ? 0 : body.length))
      meter.finish(isBodyless ? announced : body.length, body.length)
      return
    }
    if (++facts.redirects > 50) throw new CurlFailure(47, 'Maximum (50) redirects followed')
    url = target
    if (response.status !== 307 && response.status !== 308 && method === 'POST' && options.method === null)
      method = 'GET'
    facts.url = facts.redirectUrl
    facts.redirectUrl = ''
  }
}

async function deliver({ process, options }: Transfer, text: string, url: Url): Promise<void> {
  const target = options.remoteName ? (url.path.split('?')[0] ?? '').split('/').pop() || null : options.output
  if (target === null || target === '-') return process.stdout.write(text)
  if (target === '/dev/null') return
  const failed = process.container.files.write(resolvePath(process.cwd, target), text)
  if (failed instanceof FileErrorResult)
    throw new CurlFailure(23, `client returned ERROR on write, ${text.length} bytes was not written`)
}

/** One request: name, connection, TLS, answer; each within its time limit. */
async function exchange(transfer: Transfer, url: Url, method: string): Promise<HttpResponse> {
  const { process, options, meter, facts, isNewer } = transfer
  const { network, container } = process
  const say = (text: string): void => {
    if (options.verbose) process.stderr.write(`* ${text}\n`)
  }
  const spentBefore = facts.total
  const limit = Math.min(
    options.connectTimeoutMs ?? 300_000,
    (options.maxTimeMs ?? Number.POSITIVE_INFINITY) - spentBefore,
  )
  const address = await resolveHost(transfer, url, limit)
  say(`Host ${url.host}:${url.port} was resolved.`)
  say('IPv6: (none)')
  say(`IPv4: ${address}`)
  say(`  Trying ${address}:${url.port}...`)
  const outcome = network.connect(container.podId, address, url.port)
  if (outcome.kind === 'timed-out') {
    const waits = Math.min(limit, SYN_GIVES_UP_MS)
    await meter.wait(waits)
    facts.total += waits
    const name = `${url.host} port ${url.port}`
    if (waits < SYN_GIVES_UP_MS)
      throw new CurlFailure(
        28,
        isNewer
          ? `Connection timed out after ${waits + 2} milliseconds`
          : `Failed to connect to ${name} after ${waits} ms: Timeout was reached`,
        false,
      )
    throw new CurlFailure(
      28,
      `Failed to connect to ${name} after ${waits} ms: ${isNewer ? 'Could not connect to server' : "Couldn't connect to server"}`,
      false,
    )
  }
  if (outcome.kind !== 'open') {
    say(
      `connect to ${address} port ${url.port} from ${container.ip} port 40000 failed: ${outcome.kind === 'refused' ? 'Connection refused' : 'Host is unreachable'}`,
    )
    throw new CurlFailure(
      7,
      `Failed to connect to ${url.host} port ${url.port} after 1 ms: ${isNewer ? 'Could not connect to server' : "Couldn't connect to server"}`,
    )
  }
  facts.remoteIp = address
  facts.remotePort = url.port
  facts.connect = facts.namelookup + 0.000_3
  say(`Connected to ${url.host} (${address}) port ${url.port}`)
  if (url.scheme === 'telnet') return talk(transfer, outcome, url.port)
  return request(transfer, url, method, address)
}

/** `telnet://`: what is typed goes over, answers come back; it ends with the input, and waits as long as there may be more. */
async function talk(
  { process, options, facts, meter }: Transfer,
  outcome: Opened,
  port: number,
): Promise<HttpResponse> {
  const nothing: HttpResponse = { status: 0, reason: '', headers: [], body: '', tookMs: 0 }
  const relayed = relay(process, outcome, port).then(() => nothing)
  if (options.maxTimeMs === null) return relayed
  const left = options.maxTimeMs - facts.total
  const late = meter.wait(left).then(() => null)
  const done = await Promise.race([relayed, late])
  if (done) return done
  throw new CurlFailure(28, `Operation timed out after ${options.maxTimeMs} milliseconds with 0 bytes received`, false)
}

async function resolveHost(transfer: Transfer, url: Url, limitMs: number): Promise<string> {
  const { process, options, meter, facts } = transfer
  for (const entry of options.resolve) {
    const [host, port, ...address] = entry.replace(/^[+-]/, '').split(':')
    if ((host === url.host || host === '*') && Number(port) === url.port)
      return (
        address
          .join(':')
          .replace(/^\[|\]$/g, '')
          .split(',')[0] ?? ''
      )
  }
  const outcome = process.network.resolve(process.container.podId, url.host)
  if (outcome.kind === 'answer') {
    facts.namelookup = 0.000_7
    return outcome.addresses[0] as string
  }
  const library = process.container.image.libc === 'musl' ? 5000 : 20_000
  const patience = outcome.kind === 'nxdomain' ? 0 : outcome.kind === 'servfail' ? outcome.tookMs : library
  const waits = Math.min(patience, limitMs)
  await meter.wait(waits)
  facts.total += waits
  if (waits < patience || (waits === limitMs && waits > 0))
    throw new CurlFailure(28, `Resolving timed out after ${waits} milliseconds`, false)
  throw new CurlFailure(6, `Could not resolve host: ${url.host}`, false)
}

async function request(transfer: Transfer, url: Url, method: string, address: string): Promise<HttpResponse> {
  const { process, options, meter, facts, isNewer } = transfer
  const agent = options.userAgent ?? `curl/${process.container.image.curl ?? '8.14.1'}`
  const headers: [string, string][] = [
    ['Host', defaultPort(url) ? url.host : `${url.host}:${url.port}`],
    ['User-Agent', agent],
    ['Accept', '*/*'],
    ...options.headers,
  ]
  if (options.cookie !== null) headers.push(['Cookie', options.cookie])
  const body = options.data?.startsWith('@') === true ? await dataFrom(process, options.data.slice(1)) : options.data
  if (body !== null)
    headers.push(['Content-Length', String(body.length)], ['Content-Type', 'application/x-www-form-urlencoded'])
  if (options.verbose) {
    process.stderr.write(
      `* using HTTP/1.x\n> ${method} ${url.path} HTTP/1.1\r\n${headers.map(([name, value]) => `> ${name}: ${value}\r\n`).join('')}> \r\n`,
    )
  }
  const response = await process.network.http(process.container.podId, {
    method,
    scheme: url.scheme === 'https' ? 'https' : 'http',
    host: url.host,
    address,
    port: url.port,
    path: url.path,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(body === null ? {} : { body }),
  })
  const took = response.broken === 'silent' ? Number.POSITIVE_INFINITY : response.tookMs
  const left = (options.maxTimeMs ?? Number.POSITIVE_INFINITY) - facts.total
  const waits = Math.min(took, left, 300_000)
  await meter.wait(waits)
  facts.total += waits
  if (took > left)
    throw new CurlFailure(
      28,
      `Operation timed out after ${Math.round(facts.total)} milliseconds with 0 bytes received`,
      false,
    )
  if (response.broken !== undefined) throw brokenAnswer(response.broken, isNewer)
  if (response.certificate === 'self-signed' && !options.insecure) {
    throw new CurlFailure(
      60,
      'SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.',
    )
  }
  if (options.verbose)
    process.stderr.write(
      `${headText(response, url, facts.remoteIp, process)
        .trimEnd()
        .split('\r\n')
        .map((line) => `< ${line}\r\n`)
        .join('')}< \r\n`,
    )
  return response
}

function brokenAnswer(how: NonNullable<HttpResponse['broken']>, isNewer: boolean): CurlFailure {
  switch (how) {
    case 'reset':
      return new CurlFailure(56, 'Recv failure: Connection reset by peer')
    case 'not-http':
      return new CurlFailure(1, 'Received HTTP/0.9 when not allowed')
    case 'not-tls':
      return new CurlFailure(
        35,
        `${isNewer ? 'TLS connect error' : 'OpenSSL/3.0.19'}: error:0A00010B:SSL routines::wrong version number`,
      )
    default:
      return new CurlFailure(52, 'Empty reply from server')
  }
}

async function dataFrom({ stdin, container, cwd }: Process, path: string): Promise<string> {
  if (path === '-') return readAll(stdin)
  const content = container.files.read(resolvePath(cwd, path))
  if (content instanceof FileErrorResult) throw new CurlFailure(26, `Failed to open ${path}`)
  return content
}

/** Outside TLS speaks HTTP/2, whose headers are lower case. */
function headText(response: HttpResponse, url: Url, remoteIp: string, { network }: Process): string {
  const isHttp2 = url.scheme === 'https' && network.topology.place(remoteIp).kind === 'elsewhere'
  const lines = response.headers.map(([name, value]) => `${isHttp2 ? name.toLowerCase() : name}: ${value}\r\n`).join('')
  return isHttp2
    ? `HTTP/2 ${response.status} \r\n${lines}\r\n`
    : `HTTP/1.1 ${response.status} ${response.reason}\r\n${lines}\r\n`
}
