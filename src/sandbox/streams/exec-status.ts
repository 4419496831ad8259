import type { ApiStatus } from '../api/api-error.ts'
import type { ProcessEnd } from '../contracts.ts'
import type { ChannelProtocol } from './channel-protocol.ts'

/** The last word of a session on channel 3: a Status, or from before v4 its text alone. */
export type SessionStatus = Partial<ApiStatus> & { metadata: object; status: string }

/** Success, NonZeroExitCode, or the container runtime's refusal. The new and the old streaming path word them differently. */
export function execStatus(
  end: ProcessEnd,
  command: readonly string[],
  protocol: ChannelProtocol,
  execId: string,
): SessionStatus {
  if (end.kind === 'not-started') {
    const why = `error executing command in container: failed to exec in container: failed to start exec "${execId}": OCI runtime exec failed: exec failed: unable to start container process: ${end.message}: unknown`
    return internalStatus(protocol === 'v5.channel.k8s.io' ? `Internal error occurred: ${why}` : why)
  }
  if (end.code === 0) return { metadata: {}, status: 'Success' }
  const detail =
    protocol === 'v5.channel.k8s.io'
      ? `command terminated with exit code ${end.code}`
      : `error executing command [${command.join(' ')}], exit code ${end.code}`
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${detail}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(end.code) }] },
  }
}

export function internalStatus(message: string): SessionStatus {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  }
}
