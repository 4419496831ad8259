import type { Reading, ToolOutput } from './reading.ts'

/** `%{http_code} [%{exitcode}] %{remote_ip} %{time_namelookup} %{time_connect} [%{size_download}]`, somewhere in the output. */
function readTimes(text: string) {
  const match = /(?:^|@)(\d{3}) (?:\d{1,3} )?([0-9a-fA-F.:]*) (\d+\.\d{3,}) (\d+\.\d{3,})(?: (\d+))?/m.exec(text)
  if (!match) return null
  const [, http, ip, lookedUp, connected, size] = match
  return {
    http: Number(http),
    ip: ip!,
    lookedUp: Number(lookedUp),
    connected: Number(connected),
    ...(size === undefined ? {} : { size: Number(size) }),
  }
}

function isAddress(command: string): boolean {
  const target = command
    .split(/\s+/)
    .at(-1)!
    .replace(/^['"]|['"]$/g, '')
    .replace(/^[a-z]+:\/\//, '')
  return /^(\d{1,3}\.){3}\d{1,3}(:|\/|$)|^\[/.test(target) || / --resolve /.test(command)
}

/** curl by its exit code first (the wording changes between versions), then by the times it measured. */
export function readCurl(output: ToolOutput, text: string): Reading {
  const times = readTimes(text)
  const extra = {
    ...(times && times.http > 0 ? { httpStatus: times.http } : {}),
    ...(times?.size === undefined ? {} : { pageBytes: times.size }),
    ...(times?.ip ? { addresses: [times.ip] } : {}),
  }
  const open = (detail: string): Reading => ({ outcome: 'open', detail, ...extra })
  const status = times?.http || Number(/^HTTP\/[\d.]+ (\d{3})/m.exec(text)?.[1] ?? 0)

  switch (output.exitCode) {
    case 0:
      // HTTP 500 is an open network with a broken application behind it.
      return { ...open(status ? `connected, HTTP ${status}` : 'connected'), ...(status ? { httpStatus: status } : {}) }
    case 6:
      return { outcome: 'name-not-resolved', detail: 'the name was not resolved' }
    case 7:
      // curl before 7.8x reports the kernel's own connect time-out as 7: neither refused nor our 3 s.
      return /timed out|Timeout was reached/.test(text)
        ? { outcome: 'unclear', detail: 'curl gave up connecting for another reason than its time-out' }
        : { outcome: 'refused', detail: 'connection refused, rejected or no route' }
    case 28:
      return readTimeout(output.command, text, times, open)
    // TLS, certificate, empty reply, send and receive errors, HTTP/2: all of them come after the connection was made.
    case 8:
    case 18:
    case 35:
    case 52:
    case 55:
    case 56:
    case 60:
    case 92:
      if (times && times.connected === 0)
        return { outcome: 'unclear', detail: `curl ended with ${output.exitCode} before it was connected` }
      return open(
        output.exitCode === 35 || output.exitCode === 60
          ? 'connected, then TLS failed'
          : output.exitCode === 52
            ? 'connected, empty reply'
            : 'connected, then cut',
      )
    case 2:
    case 3:
    case 4:
      return { outcome: 'cannot-run', detail: 'this curl does not know the options used' }
    default:
      return { outcome: 'unclear', detail: `curl ended with exit code ${output.exitCode}` }
  }
}

/** 28 is said for a time-out of the name, of the connection and of the answer alike. */
function readTimeout(
  command: string,
  text: string,
  times: ReturnType<typeof readTimes>,
  open: (detail: string) => Reading,
): Reading {
  if (times && times.connected > 0) return open('connected, no answer in time')
  const noName: Reading = { outcome: 'name-not-resolved', detail: 'the name server did not answer in time' }
  if (/Resolving timed out/.test(text)) return noName
  if (times) {
    if (times.lookedUp === 0 && !isAddress(command)) return noName
    return { outcome: 'timed-out', detail: 'no answer within the time-out' }
  }
  if (
    /\(28\) (Failed to connect to .*: Timeout was reached|Connection timed out after|Connection timeout after)/.test(
      text,
    )
  ) {
    return { outcome: 'timed-out', detail: 'no answer within the time-out' }
  }
  // Said only once the connection stands (curl's own states RESOLVING and CONNECTING have words of their own).
  if (/\(28\) (Operation timed out after|SSL connection timeout)/.test(text))
    return open('connected, no answer in time')
  return { outcome: 'unclear', detail: 'curl timed out, but not said at what' }
}
