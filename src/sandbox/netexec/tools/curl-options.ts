/** curl's command line, as far as it is simulated; what is not known is refused as curl refuses it. */

export interface CurlOptions {
  urls: string[]
  head: boolean
  silent: boolean
  showError: boolean
  verbose: boolean
  include: boolean
  insecure: boolean
  follow: boolean
  fail: boolean
  remoteName: boolean
  output: string | null
  writeOut: string
  maxTimeMs: number | null
  connectTimeoutMs: number | null
  method: string | null
  headers: [string, string][]
  data: string | null
  resolve: string[]
  userAgent: string | null
  cookie: string | null
  version: boolean
  help: boolean
}

/** Long name -> what to do. A trailing `=` takes a value. */
const LONG: Readonly<Record<string, string>> = {
  head: 'I',
  silent: 's',
  'show-error': 'S',
  verbose: 'v',
  include: 'i',
  'show-headers': 'i',
  insecure: 'k',
  location: 'L',
  fail: 'f',
  'remote-name': 'O',
  ipv4: '4',
  'no-buffer': 'N',
  'no-progress-meter': 'progress',
  'http1.1': '4',
  get: 'G',
  version: 'V',
  help: 'h',
  'output=': 'o',
  'write-out=': 'w',
  'max-time=': 'm',
  'connect-timeout=': 'connect',
  'request=': 'X',
  'header=': 'H',
  'data=': 'd',
  'data-raw=': 'd',
  'resolve=': 'resolve',
  'user-agent=': 'A',
  'user=': 'u',
  'cookie=': 'b',
  'cookie-jar=': 'c',
  'retry=': 'ignored',
  'retry-delay=': 'ignored',
  'max-redirs=': 'ignored',
  'noproxy=': 'ignored',
  'proxy=': 'ignored',
  'cacert=': 'ignored',
  'interface=': 'ignored',
  'keepalive-time=': 'ignored',
  compressed: 'N',
  'http1.0': '4',
  http2: '4',
  'tcp-nodelay': '4',
  disable: '4',
  'no-keepalive': '4',
  'retry-connrefused': '4',
  'url=': 'url',
}
const WITH_VALUE = 'owmXHdAubceTxE'

export class CurlUsage {
  constructor(
    readonly text: string,
    readonly code = 2,
  ) {}
}

export function readCurlOptions(args: readonly string[]): CurlOptions {
  const options: CurlOptions = {
    urls: [],
    head: false,
    silent: false,
    showError: false,
    verbose: false,
    include: false,
    insecure: false,
    follow: false,
    fail: false,
    remoteName: false,
    output: null,
    writeOut: '',
    maxTimeMs: null,
    connectTimeoutMs: null,
    method: null,
    headers: [],
    data: null,
    resolve: [],
    userAgent: null,
    cookie: null,
    version: false,
    help: false,
  }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string
    const value = (): string => {
      const next = args[++at]
      if (next === undefined) throw new CurlUsage(`curl: option ${arg}: requires parameter\n`)
      return next
    }
    if (arg.startsWith('--') && arg.length > 2) {
      const name = arg.slice(2)
      const [flag, taking] = [LONG[name], LONG[`${name}=`]]
      if (taking !== undefined) apply(options, taking, value(), arg)
      else if (flag !== undefined) apply(options, flag, null, arg)
      else throw new CurlUsage(`curl: option ${arg}: is unknown\n`)
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let i = 1; i < arg.length; i++) {
        const letter = arg[i] as string
        if (WITH_VALUE.includes(letter)) {
          const attached = arg.slice(i + 1)
          apply(options, letter, attached === '' ? value() : attached, `-${letter}`)
          break
        }
        if (!'IsSvikLfO4NGVh#q0'.includes(letter)) throw new CurlUsage(`curl: option ${arg}: is unknown\n`)
        apply(options, letter, null, `-${letter}`)
      }
    } else options.urls.push(arg)
  }
  return options
}

function seconds(text: string, option: string): number {
  const value = Number(text)
  if (!/^[\d.]+$/.test(text) || !Number.isFinite(value))
    throw new CurlUsage(`curl: option ${option}: expected a proper numerical parameter\n`)
  return value * 1000
}

function apply(options: CurlOptions, name: string, value: string | null, option: string): void {
  const text = value ?? ''
  switch (name) {
    case 'I':
      options.head = true
      break
    case 's':
    case 'progress':
      options.silent = true
      if (name === 'progress') options.showError = true
      break
    case 'S':
      options.showError = true
      break
    case 'v':
      options.verbose = true
      break
    case 'i':
      options.include = true
      break
    case 'k':
      options.insecure = true
      break
    case 'L':
      options.follow = true
      break
    case 'f':
      options.fail = true
      break
    case 'O':
      options.remoteName = true
      break
    case 'V':
      options.version = true
      break
    case 'h':
      options.help = true
      break
    case 'o':
      options.output = text
      break
    case 'w':
      options.writeOut = text
      break
    case 'm':
      options.maxTimeMs = seconds(text, option)
      break
    case 'connect':
      options.connectTimeoutMs = seconds(text, option)
      break
    case 'X':
      options.method = text
      break
    case 'H': {
      const colon = text.indexOf(':')
      if (colon > 0) options.headers.push([text.slice(0, colon).trim(), text.slice(colon + 1).trim()])
      break
    }
    case 'd':
      options.data = options.data === null ? text : `${options.data}&${text}`
      break
    case 'resolve':
      options.resolve.push(text)
      break
    case 'A':
      options.userAgent = text
      break
    case 'b':
      options.cookie = text
      break
    case 'url':
      options.urls.push(text)
      break
    default:
      break
  }
}
