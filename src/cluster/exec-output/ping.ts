import type { Reading, ToolOutput } from './reading.ts'

/** ping of iputils, GNU inetutils and busybox. */
export function readPing(output: ToolOutput, text: string): Reading {
  if (/Operation not permitted|permission denied|Lacking privilege/i.test(text)) {
    return { outcome: 'cannot-run', detail: 'ping is not permitted in this container' }
  }
  if (
    /^ping: (bad address '|unknown host|.*(Name or service not known|Temporary failure in name resolution|Name does not resolve|No address associated with hostname))/m.test(
      text,
    )
  ) {
    return { outcome: 'name-not-resolved', detail: 'the name was not resolved' }
  }
  if (/^ping: (connect|sendto|sending packet|sendmsg): (Network|Host) (is )?unreachable/im.test(text)) {
    return { outcome: 'refused', detail: 'network unreachable (no route)' }
  }
  if (/^ping: (invalid|unrecognized) option/m.test(text))
    return { outcome: 'cannot-run', detail: 'this ping does not know the options used' }

  const counts = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(text)
  if (!counts)
    return { outcome: 'unclear', detail: `ping ended with exit code ${output.exitCode} and without its statistics` }
  const [sent, received] = [Number(counts[1]), Number(counts[2])]
  if (received > 0) return { outcome: 'open', detail: `${received} of ${sent} answered` }
  // iputils `From IP icmp_seq=1 Packet filtered` and `+3 errors`, inetutils `92 bytes from IP: Packet Filtered`.
  if (/\+\d+ errors|^From .* icmp_seq=\d+ |^\d+ bytes from [^:]+: (Destination|Packet|Dest )/m.test(text)) {
    return { outcome: 'refused', detail: 'rejected by ICMP' }
  }
  // busybox prints nothing for an ICMP error: its silence may be a rejection. It leaves a blank line before the
  // statistics and says `56 data bytes`; inetutils has no blank line there.
  if (/: \d+ data bytes\n+\n--- /.test(text)) {
    return { outcome: 'unclear', detail: "busybox's ping does not tell a drop from a rejection" }
  }
  if (output.exitCode === 1 && sent > 0) return { outcome: 'timed-out', detail: `none of ${sent} answered` }
  return { outcome: 'unclear', detail: `ping ended with exit code ${output.exitCode}` }
}
