/**
 * What follows from the watched objects and the track's files, kept until one of them is another one. Files may be edited
 * at any time, so those that were read are looked at again, once for everything that is asked in one go.
 */
import type { KubeObject } from '../../cluster/port.ts'
import type { EngineFiles } from '../deps.ts'
import type { Snapshot } from '../snapshot.ts'

export interface Derived {
  /** For everything computed inside `of`. */
  readonly files: EngineFiles
  /** `key` names all the result depends on besides objects and files. */
  of<Result>(key: string, compute: () => Result): Result
  forget(): void
}

type Read = { objects: readonly KubeObject[] } | { error: unknown }

export function createDerived(files: EngineFiles, snapshot: () => Snapshot): Derived {
  const results = new Map<string, unknown>()
  const reads = new Map<string, Read>()
  let seen: Snapshot | null = null
  let isChecked = false

  function read(name: string): Read {
    try {
      return { objects: files.objects(name) }
    } catch (error) {
      return { error }
    }
  }

  function isStill(name: string, before: Read): boolean {
    const now = read(name)
    return 'error' in before
      ? 'error' in now && now.error === before.error
      : 'objects' in now && now.objects === before.objects
  }

  function forget(): void {
    results.clear()
    reads.clear()
  }

  function check(): void {
    const now = snapshot()
    const isNew = now !== seen
    seen = now
    if (isNew || (!isChecked && ![...reads].every(([name, before]) => isStill(name, before)))) forget()
    if (isChecked) return
    isChecked = true
    queueMicrotask(() => {
      isChecked = false
    })
  }

  const noting: EngineFiles = Object.create(files)
  noting.objects = (name) => {
    const known = reads.get(name) ?? read(name)
    reads.set(name, known)
    if ('error' in known) throw known.error
    return known.objects
  }

  return {
    files: noting,
    of<Result>(key: string, compute: () => Result): Result {
      check()
      if (results.has(key)) return results.get(key) as Result
      const result = compute()
      results.set(key, result)
      return result
    },
    forget,
  }
}
