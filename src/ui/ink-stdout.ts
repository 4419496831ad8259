/** What Ink may know of the terminal when the painter draws: its size and that it is one. What Ink writes goes nowhere. */
export function sizeOnly(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (_data: unknown, encodingOrDone?: unknown, done?: () => void) => {
    const callback = typeof encodingOrDone === 'function' ? (encodingOrDone as () => void) : done
    if (callback) setImmediate(callback)
    return true
  }
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
