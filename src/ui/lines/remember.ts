/** Keeps the last few results of a pure function, so that a frame in which its arguments stayed costs nothing. */
export function remember<Args extends readonly unknown[], Result>(
  compute: (...args: Args) => Result,
  size = 4,
): (...args: Args) => Result {
  const kept: { args: Args; result: Result }[] = []
  return (...args) => {
    const found = kept.findIndex(
      (entry) => entry.args.length === args.length && entry.args.every((value, index) => Object.is(value, args[index])),
    )
    if (found === 0) return kept[0]!.result
    const entry = found > 0 ? kept.splice(found, 1)[0]! : { args, result: compute(...args) }
    kept.unshift(entry)
    kept.length = Math.min(kept.length, size)
    return entry.result
  }
}
