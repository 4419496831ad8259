/** Query of exec and attach. Booleans come as `true`, `1` and, from client-node, literal `false`. */
export interface SessionOptions {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
  command: string[]
}

export function sessionOptions(query: URLSearchParams): SessionOptions {
  const flag = (name: string) => /^(true|1)$/i.test(query.get(name) ?? '')
  const tty = flag('tty')
  return {
    stdin: flag('stdin'),
    stdout: flag('stdout'),
    // A terminal has one output.
    stderr: flag('stderr') && !tty,
    tty,
    command: query.getAll('command'),
  }
}
