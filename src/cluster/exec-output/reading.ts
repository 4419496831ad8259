import type { ProbeReading, ProbeToolName } from '../port.ts'

export interface ToolOutput {
  tool: ProbeToolName
  /** As run: its flags decide what silence means. */
  command: string
  /** null: it was cut off before it ended. */
  exitCode: number | null
  stdout: string
  stderr: string
}

export type Reading = Omit<ProbeReading, 'evidence'>
