/** One entry of a `ports` list: a number or inclusive range, or the name of a container port. */
export type PortMatch = { first: number; last: number } | { name: string }

/** `80`, `"80"`, `"8000:8010"`, `"http"`; null for what Calico's parser refuses. */
export function parsePort(port: unknown): PortMatch | null {
  if (typeof port === 'number') return range(port, port)
  if (typeof port !== 'string') return null
  const bounds = /^(\d+)(?::(\d+))?$/.exec(port)
  if (bounds) return range(Number(bounds[1]), Number(bounds[2] ?? bounds[1]))
  return /^[a-zA-Z0-9_.-]{1,128}$/.test(port) ? { name: port } : null
}

function range(first: number, last: number): PortMatch | null {
  const valid = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65535
  return valid(first) && valid(last) && first <= last ? { first, last } : null
}

export function isRange(port: PortMatch): port is { first: number; last: number } {
  return !('name' in port)
}

export function portText(port: PortMatch): string {
  if ('name' in port) return port.name
  return port.first === port.last ? String(port.first) : `${port.first}:${port.last}`
}

/**
 * Calico merges the numeric ports of a Kubernetes rule into the fewest ranges, names first. It changes no verdict; the
 * texts of rules read as they do in Calico's own views.
 */
export function simplifyPorts(ports: readonly PortMatch[]): PortMatch[] {
  const named = ports.filter((port) => 'name' in port)
  const ranges = ports.filter(isRange).sort((left, right) => left.first - right.first)
  const merged: { first: number; last: number }[] = []
  for (const { first, last } of ranges) {
    const previous = merged.at(-1)
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last)
    else merged.push({ first, last })
  }
  return [...named, ...merged]
}
