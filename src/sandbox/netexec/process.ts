/**
 * What a simulated program gets to see: arguments, streams, the container around it. Text travels as byte strings (one
 * UTF-16 unit per byte), so that tar and UTF-8 pass through pipes unharmed.
 */
import type { KubeObject, SimClock } from '../contracts.ts'
import type { SimNetwork } from '../network/network.ts'
import type { ContainerFiles } from './files.ts'
import type { ImageFacts } from './images.ts'

export interface Container {
  /** `namespace/name` of the pod. */
  podId: string
  pod: KubeObject
  name: string
  image: ImageFacts
  hostname: string
  ip: string
  uid: number
  gid: number
  /** May open raw sockets: root with the runtime's default capabilities. */
  canPing: boolean
  env: Readonly<Record<string, string>>
  workingDir: string
  /** Command line of process 1. */
  command: string
  files: ContainerFiles
}

export interface Reader {
  /** The next piece, null at the end. */
  read(): Promise<string | null>
}

export interface Sink {
  write(text: string): void
  readonly tty: boolean
}

export interface Process {
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  stdin: Reader
  stdout: Sink
  stderr: Sink
  signal: AbortSignal
  container: Container
  network: SimNetwork
  clock: SimClock
  /** The terminal this runs on: whoever registered last gets Ctrl-C. */
  terminal?: { onInterrupt(listener: () => void): () => void }
}

/** Returns the exit code; the reason of an aborted signal may be thrown. */
export type Program = (process: Process) => Promise<number> | number

/** A process ended from outside; 128 + signal is what the shell reports. */
export class Killed {
  constructor(readonly code: number) {}
}

export const BROKEN_PIPE = new Killed(141)

export const EMPTY_INPUT: Reader = { read: async () => null }

export const NOWHERE: Sink = { write: () => undefined, tty: false }

/** The whole text as one piece. */
export function readerOf(text: string): Reader {
  let left: string | null = text === '' ? null : text
  return {
    async read() {
      const piece = left
      left = null
      return piece
    },
  }
}

export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

export function fromBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')
}

export function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text)
}

export async function readAll(reader: Reader): Promise<string> {
  let all = ''
  for (let piece = await reader.read(); piece !== null; piece = await reader.read()) all += piece
  return all
}

/** Lines without their newline; the last one also when it has none. */
export async function* readLines(reader: Reader): AsyncGenerator<string> {
  let rest = ''
  for (let piece = await reader.read(); piece !== null; piece = await reader.read()) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
