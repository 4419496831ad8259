/** `ping`: iputils' or busybox's, as the image has it. */
import { Interrupted } from '../interrupt.ts'
import type { Process, Program } from '../process.ts'
import { lookup, lookupText } from './lookup.ts'
import { readOptions } from './options.ts'

/** Round trips inside one node take this long; spread a little so that a person believes them. */
const TIMES_MS = [0.36, 0.057, 0.054, 0.061, 0.049, 0.073, 0.058, 0.066]

interface Plan {
  host: string
  count: number
  intervalMs: number
  /** -W: how long the last reply is waited for. */
  lingerMs: number
  /** -w: all in all. */
  deadlineMs: number
  quiet: boolean
}

interface Tally {
  sent: number
  times: number[]
}

export const ping: Program = (process) =>
  process.container.image.ping === 'iputils' ? iputils(process) : busybox(process)

function planOf({ argv }: Process): Plan | null {
  const { values, operands, flags, mistake } = readOptions(argv.slice(1), { flags: '46nqvAD', values: 'cWwisItpM' })
  const [host] = operands
  if (host === undefined || mistake !== null) return null
  const number = (letter: string, otherwise: number): number => Number(values.get(letter) ?? otherwise)
  return {
    host,
    count: values.has('c') ? Math.max(1, number('c', 1)) : Number.POSITIVE_INFINITY,
    intervalMs: Math.max(0.002, number('i', 1)) * 1000,
    lingerMs: values.has('W') ? number('W', 10) * 1000 : 10_000,
    deadlineMs: values.has('w') ? number('w', 0) * 1000 : Number.POSITIVE_INFINITY,
    quiet: flags.has('q'),
  }
}

/** Sends and waits; what is printed per reply is the flavour's. */
async function exchange(
  process: Process,
  plan: Plan,
  address: string,
  onReply: (sequence: number, time: number) => void,
  deadlineMs: number,
): Promise<Tally> {
  const { network, container, clock, signal } = process
  const tally: Tally = { sent: 0, times: [] }
  let elapsed = 0
  let lastLost = false
  while (tally.sent < plan.count && elapsed < deadlineMs) {
    if (tally.sent > 0) {
      const step = Math.min(plan.intervalMs, deadlineMs - elapsed)
      await clock.sleep(step, signal)
      elapsed += step
      if (elapsed >= deadlineMs) break
    }
    tally.sent++
    lastLost = network.ping(container.podId, address) !== 'answered'
    if (lastLost) continue
    const time = TIMES_MS[(tally.sent - 1) % TIMES_MS.length] as number
    tally.times.push(time)
    onReply(tally.sent, time)
  }
  if (lastLost) await clock.sleep(Math.max(0, Math.min(plan.lingerMs, deadlineMs - elapsed)), signal)
  return tally
}

/** Ctrl-C ends the pinging, not the summary. */
async function untilInterrupted(run: () => Promise<Tally>, partial: Tally): Promise<Tally> {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof Interrupted) return partial
    throw thrown
  }
}

async function iputils(process: Process): Promise<number> {
  const { stdout, stderr, container } = process
  const plan = planOf(process)
  if (plan === null) {
    stderr.write('ping: usage error: Destination address required\n')
    return 2
  }
  if (!container.canPing) {
    stderr.write(
      'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n',
    )
    return 2
  }
  const found = await lookup(process, plan.host)
  if (found.kind !== 'found') {
    stderr.write(`ping: ${plan.host}: ${lookupText(found, container.image.libc)}\n`)
    return 2
  }
  const { address } = found
  if (process.network.ping(container.podId, address) === 'unreachable') {
    stderr.write(
      `ping: connect: ${container.image.libc === 'musl' ? 'Network unreachable' : 'Network is unreachable'}\n`,
    )
    return 2
  }
  const name = found.canonical
  stdout.write(`PING ${name} (${address}) 56(84) bytes of data.\n`)
  const partial: Tally = { sent: 0, times: [] }
  const onReply = (sequence: number, time: number): void => {
    partial.sent = sequence
    partial.times.push(time)
    if (!plan.quiet) stdout.write(`64 bytes from ${address}: icmp_seq=${sequence} ttl=64 time=${time.toFixed(3)} ms\n`)
  }
  const tally = await untilInterrupted(() => exchange(process, plan, address, onReply, plan.deadlineMs), partial)
  const { sent, times } = tally
  const loss = sent === 0 ? 0 : Number((((sent - times.length) / sent) * 100).toFixed(4))
  const spent = Math.max(0, sent - 1) * (Math.round(plan.intervalMs) + 17)
  stdout.write(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${loss}% packet loss, time ${spent}ms\n`,
  )
  if (times.length === 0) stdout.write('\n')
  else {
    const { least, mean, most, deviation } = summary(times)
    stdout.write(`rtt min/avg/max/mdev = ${least}/${mean}/${most}/${deviation} ms\n`)
  }
  return times.length > 0 ? 0 : 1
}

async function busybox(process: Process): Promise<number> {
  const { stdout, stderr, container } = process
  const plan = planOf(process)
  if (plan === null) {
    stderr.write('BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n')
    return 1
  }
  const found = await lookup(process, plan.host)
  if (found.kind !== 'found') {
    stderr.write(`ping: bad address '${plan.host}'\n`)
    return 1
  }
  const { address } = found
  stdout.write(`PING ${plan.host} (${address}): 56 data bytes\n`)
  if (!container.canPing) {
    stderr.write('ping: permission denied (are you root?)\n')
    return 1
  }
  if (process.network.ping(container.podId, address) === 'unreachable') {
    stderr.write('ping: sendto: Network unreachable\n')
    return 1
  }
  const partial: Tally = { sent: 0, times: [] }
  const onReply = (sequence: number, time: number): void => {
    partial.sent = sequence
    partial.times.push(time)
    if (!plan.quiet) stdout.write(`64 bytes from ${address}: seq=${sequence - 1} ttl=64 time=${time.toFixed(3)} ms\n`)
  }
  // Its -w bounds the sending, not the wait for the last reply.
  const tally = await untilInterrupted(
    () => exchange(process, plan, address, onReply, Number.POSITIVE_INFINITY),
    partial,
  )
  const { sent, times } = tally
  const loss = sent === 0 ? 0 : Math.floor(((sent - times.length) / sent) * 100)
  stdout.write(
    `\n--- ${plan.host} ping statistics ---\n${sent} packets transmitted, ${times.length} packets received, ${loss}% packet loss\n`,
  )
  if (times.length > 0) {
    const { least, mean, most } = summary(times)
    stdout.write(`round-trip min/avg/max = ${least}/${mean}/${most} ms\n`)
  }
  return times.length > 0 ? 0 : 1
}

function summary(times: readonly number[]): { least: string; mean: string; most: string; deviation: string } {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length)
  const shown = (n: number): string => n.toFixed(3)
  return {
    least: shown(Math.min(...times)),
    mean: shown(mean),
    most: shown(Math.max(...times)),
    deviation: shown(deviation),
  }
}
