/** Runs `work` and yields what it pushes. An error of the work is thrown to the reader after what came before it. */
export async function* streamed<T, R>(work: (push: (value: T) => void) => Promise<R>): AsyncGenerator<T, R> {
  const waiting: T[] = []
  let wake: (() => void) | null = null
  let end: { value: R } | { error: unknown } | null = null
  const notify = () => {
    wake?.()
    wake = null
  }
  const running = work((value) => {
    waiting.push(value)
    notify()
  }).then(
    (value) => {
      end = { value }
      notify()
    },
    (error: unknown) => {
      end = { error }
      notify()
    },
  )
  for (;;) {
    while (waiting.length > 0) yield waiting.shift()!
    if (end) break
    await new Promise<void>((resolve) => {
      wake = resolve
      if (waiting.length > 0 || end) notify()
    })
  }
  await running
  const finished = end as { value: R } | { error: unknown }
  if ('error' in finished) throw finished.error
  return finished.value
}
