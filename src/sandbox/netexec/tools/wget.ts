/** `wget`: busybox's, and enough of GNU's for `wget -qO- URL`. */
import type { HttpResponse } from '../../contracts.ts'
import { FileErrorResult, resolvePath } from '../files.ts'
import type { Process, Program } from '../process.ts'
import { lookup, SYN_GIVES_UP_MS } from './lookup.ts'
import { type Options, readOptions } from './options.ts'

class WgetFailure {
  constructor(
    readonly text: string,
    readonly code: number,
  ) {}
}

interface Target {
  scheme: 'http' | 'https'
  host: string
  port: number
  path: string
}

export const wget: Program = async (process) => {
  const gnu = process.container.image.wget === 'gnu'
  const longs: Readonly<Record<string, string>> = {
    '--spider': '-r',
    '--quiet': '-q',
    '--no-check-certificate': '-k',
    '--server-response': '-S',
  }
  const args = process.argv
    .slice(1)
    .flatMap((arg) =>
      arg.startsWith('--timeout=')
        ? ['-T', arg.slice(10)]
        : arg.startsWith('--output-document=')
          ? ['-O', arg.slice(18)]
          : [longs[arg] ?? arg],
    )
  const options = readOptions(args, { flags: 'qScrksnd', values: 'OTtUPY' })
  const [url] = options.operands
  if (url === undefined) {
    process.stderr.write(
      gnu
        ? "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"
        : 'BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...\n',
    )
    return 1
  }
  try {
    await fetch(process, options, url, gnu)
    return 0
  } catch (failure) {
    if (!(failure instanceof WgetFailure)) throw failure
    if (!(gnu && options.flags.has('q'))) process.stderr.write(`${failure.text}\n`)
    return failure.code
  }
}

async function fetch(process: Process, options: Options, url: string, gnu: boolean): Promise<void> {
  let target = targetOf(url)
  for (let redirects = 0; redirects <= 5; redirects++) {
    const response = await get(process, options, target, gnu)
    const location = response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      target = /^https?:/.test(location) ? targetOf(location) : { ...target, path: location }
      continue
    }
    if (response.status >= 400)
      throw new WgetFailure(
        gnu
          ? `wget: server returned error: ${response.status}`
          : `wget: server returned error: HTTP/1.1 ${response.status} ${response.reason}`,
        gnu ? 8 : 1,
      )
    if (options.flags.has('r')) return
    return save(process, options, target, response.body)
  }
  throw new WgetFailure('wget: too many redirections', 1)
}

function save({ stdout, stderr, container, cwd }: Process, options: Options, { path }: Target, body: string): void {
  const given = options.values.get('O')
  if (given === '-') {
    stdout.write(body)
    return
  }
  if (given === '/dev/null') return
  const name = given ?? (path.split('?')[0]?.split('/').pop() || 'index.html')
  const failed = container.files.write(resolvePath(cwd, name), body)
  if (failed instanceof FileErrorResult) throw new WgetFailure(`wget: can't open '${name}': ${failed.text}`, 1)
  if (!options.flags.has('q'))
    stderr.write(
      `saving to '${name}'\n${name.padEnd(20)} 100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\n'${name}' saved\n`,
    )
}

async function get(process: Process, options: Options, target: Target, gnu: boolean): Promise<HttpResponse> {
  const { network, container, clock, signal, stderr } = process
  const limit = options.values.has('T') ? Number(options.values.get('T')) * 1000 : 900_000
  const found = await lookup(process, target.host)
  if (found.kind !== 'found')
    throw new WgetFailure(
      gnu ? `wget: unable to resolve host address '${target.host}'` : `wget: bad address '${target.host}'`,
      gnu ? 4 : 1,
    )
  if (!options.flags.has('q'))
    stderr.write(
      `Connecting to ${target.host}${target.port === 80 ? '' : `:${target.port}`} (${found.address}:${target.port})\n`,
    )
  const outcome = network.connect(container.podId, found.address, target.port)
  if (outcome.kind === 'timed-out') {
    await clock.sleep(Math.min(limit, SYN_GIVES_UP_MS), signal)
    if (limit < SYN_GIVES_UP_MS) throw new WgetFailure('wget: download timed out', gnu ? 4 : 1)
    throw new WgetFailure(`wget: can't connect to remote host (${found.address}): Operation timed out`, gnu ? 4 : 1)
  }
  if (outcome.kind !== 'open')
    throw new WgetFailure(
      `wget: can't connect to remote host (${found.address}): ${outcome.kind === 'refused' ? 'Connection refused' : 'Host is unreachable'}`,
      gnu ? 4 : 1,
    )
  const response = await network.http(container.podId, {
    method: 'GET',
    scheme: target.scheme,
    host: target.host,
    address: found.address,
    port: target.port,
    path: target.path,
  })
  const took = response.broken === 'silent' ? Number.POSITIVE_INFINITY : response.tookMs
  if (took > 0) await clock.sleep(Math.min(took, limit), signal)
  if (took > limit) throw new WgetFailure('wget: download timed out', gnu ? 4 : 1)
  if (response.broken !== undefined) throw new WgetFailure('wget: error getting response', 1)
  if (options.flags.has('S'))
    stderr.write(
      `  HTTP/1.1 ${response.status} ${response.reason}\n${response.headers.map(([name, value]) => `  ${name}: ${value}\n`).join('')}  \n`,
    )
  return response
}

function targetOf(url: string): Target {
  const found = /^(?:(https?):\/\/)?([^:/?#]+)(?::(\d+))?([/?].*)?$/.exec(url)
  if (found === null) throw new WgetFailure(`wget: not an http or ftp url: ${url}`, 1)
  const scheme = (found[1] ?? 'http') as 'http' | 'https'
  return {
    scheme,
    host: found[2] as string,
    port: Number(found[3] ?? (scheme === 'https' ? 443 : 80)),
    path: found[4] ?? '/',
  }
}
