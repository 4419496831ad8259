import type { Reading, ToolOutput } from './reading.ts'

/**
 * dig reads two ways. Asked at a server (`@10.96.0.10`) it probes that server: silence is a drop. Asked without one it
 * looks a name up: silence then says nothing about the name's host.
 */
export function readDig(output: ToolOutput, text: string): Reading {
  const atServer = /\s@\S/.test(output.command)
  const silent =
    /communications error to .*: timed out|connection timed out; no servers could be reached|no servers could be reached/.test(
      text,
    )
  const refused = /communications error to .*: connection refused|connection refused/.test(text)
  if (refused && output.exitCode !== 0) {
    return atServer
      ? { outcome: 'refused', detail: 'the name server refused the connection' }
      : { outcome: 'name-not-resolved', detail: 'the name server refused the connection' }
  }
  if (output.exitCode === 9 || silent) {
    return atServer
      ? { outcome: 'timed-out', detail: 'no answer from the name server' }
      : { outcome: 'name-not-resolved', detail: 'no answer from the name server' }
  }
  if (output.exitCode === 1) return { outcome: 'cannot-run', detail: 'this dig does not know the options used' }
  if (output.exitCode !== 0) return { outcome: 'unclear', detail: `dig ended with exit code ${output.exitCode}` }

  const addresses = text
    .split('\n')
    .filter((line) => !line.startsWith(';'))
    .map((line) => line.trim().split(/\s+/).at(-1)!)
    .filter((word) => /^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-fA-F]*:[0-9a-fA-F:.]+$/.test(word))
  if (addresses.length > 0) return { outcome: 'open', detail: `resolved to ${addresses.join(', ')}`, addresses }
  // Exit 0 without an address: NXDOMAIN, SERVFAIL or no record. The server itself did answer.
  return { outcome: 'name-not-resolved', detail: 'the name server knows no address for it' }
}
