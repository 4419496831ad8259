/** Name resolution as a program's C library does it: how long it tries, and what it then says. */
import type { Process } from '../process.ts'

export type Lookup =
  | {
      kind: 'found'
      address: string
      addresses: readonly string[] /** The name the answer was for, search domain included. */
      canonical: string
    }
  | { kind: 'unknown' }
  | { kind: 'failed' }

/** musl gives up on everything after 5 s, glibc after two rounds of 5 s over a question each for A and AAAA. */
const MUSL_GIVES_UP_MS = 5000
const GLIBC_GIVES_UP_MS = 20_000

export interface LookupLimit {
  /** The program itself stops waiting after this. */
  limitMs?: number
}

/** Waits as long as the library would; `failed` covers a server failure and silence, which look alike to programs. */
export async function lookup(
  { container, network, clock, signal }: Process,
  name: string,
  { limitMs = Number.POSITIVE_INFINITY }: LookupLimit = {},
): Promise<Lookup & { tookMs: number }> {
  const outcome = network.resolve(container.podId, name)
  if (outcome.kind === 'answer') {
    return {
      kind: 'found',
      address: outcome.addresses[0] as string,
      addresses: outcome.addresses,
      canonical: outcome.cname ?? outcome.name,
      tookMs: 0,
    }
  }
  if (outcome.kind === 'nxdomain') return { kind: 'unknown', tookMs: 0 }
  const isMusl = container.image.libc === 'musl'
  const patience = isMusl ? MUSL_GIVES_UP_MS : outcome.kind === 'servfail' ? outcome.tookMs : GLIBC_GIVES_UP_MS
  const tookMs = Math.min(patience, limitMs)
  if (tookMs > 0) await clock.sleep(tookMs, signal)
  return { kind: 'failed', tookMs }
}

/** gai_strerror's words. */
export function lookupText(found: Lookup, libc: 'musl' | 'glibc'): string {
  if (libc === 'musl') return found.kind === 'unknown' ? 'Name does not resolve' : 'Try again'
  return found.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution'
}

/** What the kernel does with a SYN nobody answers: six retries, about 134 s. */
export const SYN_GIVES_UP_MS = 134_000
/** An ICMP rejection reaches busybox and others only with the second SYN. */
export const REJECTED_AFTER_MS = 1020
