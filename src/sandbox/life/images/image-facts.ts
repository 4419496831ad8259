/** What is inside a container image, as far as somebody in a terminal can tell. */
export interface ImageFacts {
  /** The shop service (`cartservice`, `redis-cart`) this image is, when it is one. */
  service?: string
  /** What `sh` is; null when there is no shell at all, so that `exec ... -- sh` cannot start. */
  shell: 'ash' | 'dash' | 'bash' | null
  /** Commands on PATH besides the shell and its builtins. */
  tools: ReadonlySet<string>
  /** Which netcat `nc` is; null when there is none. Texts and exit codes differ. */
  nc: 'busybox' | 'openbsd' | null
  /** Which ping `ping` is. */
  ping: 'busybox' | 'iputils' | null
  distribution: 'alpine' | 'debian' | 'ubuntu' | 'distroless' | 'none'
  /** The image's user is root: `runAsNonRoot` without a `runAsUser` refuses to start it. */
  root: boolean
  /**
   * What runs when the pod names no command: a `server` runs until it is stopped, a `shell` reads stdin and ends
   * with it, `once` prints its log and exits 0.
   */
  main: 'server' | 'shell' | 'once'
  /** The entry point ends in `exec "$@"`, or there is none: `args` alone are the command. */
  argsAreCommand: boolean
  /** The main process as `ps` shows it. */
  command: readonly string[]
  /** Where the main process listens; container ports of a pod add nothing to it (declaring is not listening). */
  listens: readonly { port: number; protocol: 'TCP' | 'UDP' }[]
  /** Shop services listen where this variable says, if it is set. */
  portVariable?: string
  sizeBytes: number
}
