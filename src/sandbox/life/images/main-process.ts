import type { ImageFacts } from '../../netexec/image-bases.ts'

/**
 * What a container's first process is: the words of its own command; `server`, the image's program that runs until it
 * is stopped; `shell`, an image whose program reads its input and ends with it.
 */
export type MainProcess =
  | { kind: 'server' }
  | { kind: 'shell'; command: readonly string[] }
  | { kind: 'command'; command: readonly string[] }

/** Entry points that take arguments as options for themselves; everywhere else `args` alone are the command. */
const OWN_ENTRY_POINT = /microservices-demo\/|^calico\/|^tigera\/|(^|\/)(coredns|pause|etcd|kube-[a-z-]+)$/

export function mainProcess(container: any, image: ImageFacts): MainProcess {
  const args: string[] = container.args ?? []
  // Naming the image's own program with other options is still that program.
  const isOwn = (word: string) => image.keepsRunning && baseName(word) === baseName(image.process)
  if (container.command?.length) {
    return isOwn(container.command[0])
      ? { kind: 'server' }
      : { kind: 'command', command: [...container.command, ...args] }
  }
  const [first] = args
  const takesCommand = !OWN_ENTRY_POINT.test(image.repository) && !first?.startsWith('-')
  if (first !== undefined && takesCommand && !isOwn(first)) return { kind: 'command', command: args }
  return image.keepsRunning ? { kind: 'server' } : { kind: 'shell', command: image.process.split(' ') }
}

/** The shop service an image is, or the last part of its name: which log its server writes. */
export function programName(image: ImageFacts): string {
  const name = image.repository.replace(/^.*\//, '')
  return name === 'redis' ? 'redis-cart' : name === 'network-multitool' ? 'multitool' : name
}

/** `redis-server *:6379` and `/usr/local/bin/redis-server` are the same program. */
function baseName(words: string): string {
  return words.replace(/[ :].*$/, '').replace(/^.*\//, '')
}
