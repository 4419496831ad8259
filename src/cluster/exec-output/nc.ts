import type { Reading, ToolOutput } from './reading.ts'

type Said = { outcome: Reading['outcome']; detail: string }

/** What a line of any of the four netcats says about one address. */
function readLine(line: string): Said | null {
  const text = line.trim()
  // A name: busybox | OpenBSD | nmap | traditional. "inverse host lookup failed" is only a missing reverse record.
  if (
    /^nc: bad address '|^nc: getaddrinfo\b|^Ncat: Could not resolve hostname |: forward host lookup failed: /.test(text)
  ) {
    return { outcome: 'name-not-resolved', detail: 'the name was not resolved' }
  }
  if (
    /(^|: )(Operation|Connection) timed out$| timed out: Operation now in progress$|^Ncat: (TIMEOUT|Connection timed out|Operation timed out)\.$/.test(
      text,
    )
  ) {
    return { outcome: 'timed-out', detail: 'no answer within the time-out' }
  }
  if (/(: |^)Connection refused\.?$/.test(text)) return { outcome: 'refused', detail: 'connection refused' }
  if (/(: |^)(Host is unreachable|No route to host)\.?$/.test(text))
    return { outcome: 'refused', detail: 'host unreachable (rejected by ICMP, or no route)' }
  if (/(: |^)Network (is )?unreachable\.?$/.test(text))
    return { outcome: 'refused', detail: 'network unreachable (no route)' }
  if (/^nc: (invalid|unrecognized) option|^nc: unrecognized option/.test(text))
    return { outcome: 'cannot-run', detail: 'this nc does not know the options used' }
  return null
}

/** `nc -zvw 3 HOST PORT`. A name with several addresses gives one line each. */
export function readNc(output: ToolOutput, text: string): Reading {
  const flags = output.command.split(/\s+/).filter((word) => /^-[a-zA-Z]+$/.test(word))
  const has = (letter: string) => flags.some((flag) => flag.includes(letter))
  const said = text
    .split('\n')
    .map(readLine)
    .filter((entry) => entry !== null)

  if (output.exitCode === 0) {
    if (has('u')) return { outcome: 'unclear', detail: 'nc cannot tell an open UDP port from a dropped one' }
    // A connection was completed; another address of the same name may have failed before.
    return { outcome: 'open', detail: 'connected' }
  }
  const first = said[0]
  if (first) {
    if (said.every((entry) => entry.outcome === first.outcome)) return first
    // Addresses that differ: not one clean drop, so never `timed-out`.
    return (
      said.find((entry) => entry.outcome === 'refused') ?? {
        outcome: 'unclear',
        detail: 'its addresses behave differently',
      }
    )
  }
  // busybox prints nothing at all for a refused connection at one -v; without -v silence says nothing.
  if (output.exitCode === 1 && text.trim() === '' && has('v')) {
    return { outcome: 'refused', detail: 'connection refused (busybox nc ends in silence)' }
  }
  return { outcome: 'unclear', detail: `nc ended with exit code ${output.exitCode} and words that are not known` }
}
