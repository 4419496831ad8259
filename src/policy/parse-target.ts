export interface ParsedTarget {
  name: string
  /** A number, or the name of a Service's or a container's port. */
  port: number | string | null
}

/** Cuts `TO[:PORT]`; an IPv6 address with a port stands in brackets. */
export function parseTarget(text: string): ParsedTarget {
  const found = /^\[([^\]]+)\](?::([^:]*))?$/.exec(text) ?? /^([^:]+):([a-zA-Z0-9._-]+)$/.exec(text)
  if (!found) return { name: text, port: null }
  const [, name = '', port] = found
  return { name, port: port === undefined || port === '' ? null : /^\d+$/.test(port) ? Number(port) : port }
}
