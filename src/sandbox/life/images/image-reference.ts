/** A parsed image name: `redis:alpine` is `docker.io/library/redis`, tag `alpine`. */
export interface ImageReference {
  registry: string
  /** `library/redis`, `wbitt/network-multitool`. */
  repository: string
  tag: string
  digest?: string
}

const PATTERN =
  /^(?<path>[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/i

/** Undefined for what containerd calls `InvalidImageName`. */
export function parseImageReference(image: string): ImageReference | undefined {
  const match = PATTERN.exec(image)
  if (!match?.groups?.path) return undefined
  const { path, tag, digest } = match.groups
  if (path !== path.toLowerCase()) return undefined
  const slash = path.indexOf('/')
  const first = slash < 0 ? '' : path.slice(0, slash)
  // The first part names a registry only when it looks like a host.
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost'
  const registry = !hasRegistry || first === 'index.docker.io' ? 'docker.io' : first
  const rest = hasRegistry ? path.slice(slash + 1) : path
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  return { registry, repository, tag: tag ?? 'latest', ...(digest === undefined ? {} : { digest }) }
}

/** As containerd reports it in `status.image`: with registry and tag spelled out. */
export function formatImageReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}:${reference.tag}`
}
