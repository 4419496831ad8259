import type { Reading } from './reading.ts'

/** The tool itself did not run (no shell, no tool, no permission, cut off): never a verdict about the network. */
export function readNotRun(tool: string, exitCode: number | null, text: string): Reading | null {
  if (exitCode === null) return { outcome: 'unclear', detail: 'the probe was cut off before it ended' }
  // kubelet, containerd and runc word it differently; only these two phrases are common to all of them.
  if (
    /executable file not found in \$PATH|exec: "[^"]*": (stat|fork\/exec) [^:]*: (no such file or directory|permission denied)/.test(
      text.replaceAll('\\"', '"'),
    )
  ) {
    return { outcome: 'cannot-run', detail: 'no shell in this container' }
  }
  if (exitCode === 127) return { outcome: 'cannot-run', detail: `no ${tool} in this container` }
  if (exitCode === 126) return { outcome: 'cannot-run', detail: `${tool} may not be started in this container` }
  // 128 + signal: killed by somebody (out of memory, the pod's end, a deadline).
  if (exitCode > 128 && exitCode < 192) return { outcome: 'unclear', detail: `${tool} was killed (exit ${exitCode})` }
  return null
}
