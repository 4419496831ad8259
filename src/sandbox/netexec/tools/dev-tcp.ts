/** bash's `/dev/tcp/HOST/PORT`: a redirection that is a connection attempt. */
import type { Process } from '../process.ts'
import { lookup, lookupText, SYN_GIVES_UP_MS } from './lookup.ts'

/** What bash says, in two lines; null when the connection stands. */
export async function openSocket(
  process: Process,
  host: string,
  port: number,
  udp: boolean,
): Promise<{ words: string; reason: string } | null> {
  const { network, container, clock, signal } = process
  const isMusl = container.image.libc === 'musl'
  const found = await lookup(process, host)
  if (found.kind !== 'found')
    return { words: `${host}: ${lookupText(found, container.image.libc)}`, reason: 'Invalid argument' }
  const outcome = network.connect(container.podId, found.address, port, udp ? 'UDP' : 'TCP')
  if (outcome.kind === 'open' || udp) return null
  if (outcome.kind === 'timed-out') await clock.sleep(SYN_GIVES_UP_MS, signal)
  const text =
    outcome.kind === 'refused'
      ? 'Connection refused'
      : outcome.kind === 'timed-out'
        ? `${isMusl ? 'Operation' : 'Connection'} timed out`
        : isMusl
          ? 'Host is unreachable'
          : 'No route to host'
  return { words: `connect: ${text}`, reason: text }
}
