/** The process and its machine: env, id, whoami, hostname, uname, date, ps, sleep, timeout, true, false and the like. */
import type { Process, Program } from '../process.ts'
import { findProgram } from './registry.ts'
import { durationOf, timeout } from './timeout.ts'

const sleep: Program = async ({ argv, stderr, clock, signal, container }) => {
  let total = 0
  if (argv.length < 2) {
    stderr.write('BusyBox v1.37.0 multi-call binary.\n\nUsage: sleep [N]...\n')
    return 1
  }
  for (const word of argv.slice(1)) {
    const ms = durationOf(word)
    if (ms === null) {
      stderr.write(
        container.image.os === 'debian'
          ? `sleep: invalid time interval '${word}'\nTry 'sleep --help' for more information.\n`
          : `sleep: invalid number '${word}'\n`,
      )
      return 1
    }
    total += ms
  }
  // Even without simulated waiting `infinity` never ends by itself, but a time-out around it must be seen.
  await clock.sleep(total, signal)
  if (total === Number.POSITIVE_INFINITY)
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  return 0
}

const env: Program = (process) => {
  const words = process.argv.slice(1)
  const extra: Record<string, string> = {}
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at] as string
    if (word === '-i' || word === '-') continue
    const equals = word.indexOf('=')
    if (equals <= 0) break
    extra[word.slice(0, equals)] = word.slice(equals + 1)
  }
  const all = { ...process.env, ...extra }
  const [name, ...args] = words.slice(at)
  if (name === undefined) {
    process.stdout.write(
      Object.entries(all)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    return 0
  }
  const program = findProgram(process.container, name, process.cwd)
  if (typeof program === 'function') return program({ ...process, argv: [name, ...args], env: all })
  process.stderr.write(
    process.container.image.os === 'debian'
      ? `env: '${name}': No such file or directory\n`
      : `env: can't execute '${name}': No such file or directory\n`,
  )
  return 127
}

function userName(uid: number): string {
  return uid === 0 ? 'root' : ''
}

const id: Program = ({ argv, stdout, container: { uid, gid } }) => {
  const named = (n: number): string => (userName(n) === '' ? String(n) : `${n}(${userName(n)})`)
  const flag = argv[1] ?? ''
  if (flag.includes('u')) stdout.write(`${flag.includes('n') ? userName(uid) || uid : uid}\n`)
  else if (flag.includes('g') || flag.includes('G')) stdout.write(`${gid}\n`)
  else stdout.write(`uid=${named(uid)} gid=${named(gid)} groups=${named(gid)}\n`)
  return 0
}

const uname: Program = ({ argv, stdout, container }) => {
  const parts: Readonly<Record<string, string>> = {
    s: 'Linux',
    n: container.hostname,
    r: '6.6.87',
    v: '#1 SMP PREEMPT_DYNAMIC',
    m: 'x86_64',
    o: 'Linux',
  }
  const flags = argv.slice(1).join('').replace(/-/g, '')
  const wanted =
    flags === ''
      ? ['s']
      : flags.includes('a')
        ? ['s', 'n', 'r', 'v', 'm', 'o']
        : ['s', 'n', 'r', 'v', 'm', 'o'].filter((letter) => flags.includes(letter))
  stdout.write(`${wanted.map((letter) => parts[letter]).join(' ')}\n`)
  return 0
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const date: Program = ({ argv, stdout, clock }) => {
  const now = clock.now()
  const two = (n: number): string => String(n).padStart(2, '0')
  const parts: Readonly<Record<string, string>> = {
    Y: String(now.getUTCFullYear()),
    m: two(now.getUTCMonth() + 1),
    d: two(now.getUTCDate()),
    H: two(now.getUTCHours()),
    M: two(now.getUTCMinutes()),
    S: two(now.getUTCSeconds()),
    s: String(Math.floor(now.getTime() / 1000)),
    N: `${String(now.getUTCMilliseconds()).padStart(3, '0')}000000`,
    F: now.toISOString().slice(0, 10),
    T: now.toISOString().slice(11, 19),
    a: DAYS[now.getUTCDay()] as string,
    b: MONTHS[now.getUTCMonth()] as string,
    e: String(now.getUTCDate()).padStart(2),
    Z: 'UTC',
    '%': '%',
  }
  const format =
    argv.find((arg) => arg.startsWith('+'))?.slice(1) ??
    (argv.includes('-Iseconds') ? '%FT%T+00:00' : '%a %b %e %H:%M:%S UTC %Y')
  stdout.write(`${format.replace(/%([YmdHMSsNFTabeZ%])/g, (all, letter: string) => parts[letter] ?? all)}\n`)
  return 0
}

const ps: Program = ({ argv, stdout, container }) => {
  const user = userName(container.uid) || String(container.uid)
  const own = argv.join(' ')
  stdout.write(
    `PID   USER     TIME  COMMAND\n    1 ${user.padEnd(8)} 0:00 ${container.command}\n   29 ${user.padEnd(8)} 0:00 ${own}\n`,
  )
  return 0
}

const kill: Program = () => 0

/** Runs for good, until stopped: a server somebody starts by hand. */
const stays: Program = async ({ clock, signal }: Process) => {
  for (;;) await clock.sleep(60_000, signal)
}

export const SYSTEM_TOOLS: Readonly<Record<string, Program>> = {
  sleep,
  timeout,
  env,
  printenv: ({ argv, stdout, env: all }) => {
    const [, name] = argv
    if (name === undefined) {
      for (const [key, value] of Object.entries(all)) stdout.write(`${key}=${value}\n`)
      return 0
    }
    if (!Object.hasOwn(all, name)) return 1
    stdout.write(`${all[name]}\n`)
    return 0
  },
  id,
  uname,
  date,
  ps,
  kill,
  nginx: stays,
  hostname: ({ argv, stdout, container }) => {
    stdout.write(`${argv[1] === '-i' || argv[1] === '-I' ? container.ip : container.hostname}\n`)
    return 0
  },
  whoami: ({ stdout, stderr, container, argv }) => {
    const name = userName(container.uid)
    if (name !== '') stdout.write(`${name}\n`)
    else stderr.write(`${argv[0]}: unknown uid ${container.uid}\n`)
    return name === '' ? 1 : 0
  },
  true: () => 0,
  false: () => 1,
  clear: ({ stdout }) => {
    stdout.write('\x1b[H\x1b[J')
    return 0
  },
}
