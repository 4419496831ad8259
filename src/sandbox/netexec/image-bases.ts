/** The facts about an image's inside, and the three bases most images stand on. */
import { ALPINE_TOOLS, DEBIAN_TOOLS } from './image-tools.ts'

type ShellFlavour = 'none' | 'ash' | 'dash' | 'bash'

export interface ListeningPort {
  port: number
  protocol: 'TCP' | 'UDP'
}

export interface ImageFacts {
  /** Repository without registry defaults or tag, as written: `wbitt/network-multitool`. */
  repository: string
  tag: string
  /** False: nobody published it as far as the sandbox knows, the pull fails with `not found`. */
  known: boolean
  /** What `sh` is. `none`: exec of sh fails in the container runtime. */
  shell: ShellFlavour
  tools: ReadonlySet<string>
  nc: 'busybox' | 'openbsd' | null
  ping: 'busybox' | 'iputils' | null
  nslookup: 'busybox' | 'bind' | null
  wget: 'busybox' | 'gnu' | null
  /** curl's version. */
  curl: string | null
  /** C library: decides error texts of name resolution. */
  libc: 'musl' | 'glibc'
  /** The Dockerfile's USER; securityContext.runAsUser wins over it. */
  uid: number
  listens: readonly ListeningPort[]
  /** The environment variable the program takes its port from, when it has one. */
  portVariable: string | null
  /** Command line of the image's own program, as ps shows it. */
  process: string
  /** False: started without a command it ends at once with exit code 0 (a base image whose shell finds no terminal). */
  keepsRunning: boolean
  /** Lines of /etc/os-release. */
  os: 'alpine' | 'debian' | 'ubuntu' | 'none'
}

export type ImageInside = Omit<ImageFacts, 'repository' | 'tag' | 'known'>

export const EMPTY_IMAGE: ImageInside = {
  shell: 'none',
  tools: new Set(),
  nc: null,
  ping: null,
  nslookup: null,
  wget: null,
  curl: null,
  libc: 'glibc',
  uid: 0,
  listens: [],
  portVariable: null,
  process: '/app',
  keepsRunning: true,
  os: 'none',
}

export const ALPINE_IMAGE: ImageInside = {
  ...EMPTY_IMAGE,
  shell: 'ash',
  tools: new Set(ALPINE_TOOLS),
  nc: 'busybox',
  ping: 'busybox',
  nslookup: 'busybox',
  wget: 'busybox',
  libc: 'musl',
  process: '/bin/sh',
  keepsRunning: false,
  os: 'alpine',
}

export const DEBIAN_IMAGE: ImageInside = {
  ...EMPTY_IMAGE,
  shell: 'dash',
  tools: new Set([...DEBIAN_TOOLS, 'bash']),
  process: 'bash',
  keepsRunning: false,
  os: 'debian',
}
