/**
 * A shell's variables: the environment it was started with stays shared, changes lie on top. A subshell copies only
 * the changes, however big a pod's environment is.
 */
import { Killed } from '../process.ts'

const MAX_VALUE = 4 * 1024 * 1024

export class Values {
  readonly #environment: Readonly<Record<string, string>>
  /** undefined: unset here. */
  readonly #own: Map<string, string | undefined>
  readonly #exported: Set<string>
  /** False while programs still get the very environment the shell got. */
  #differs: boolean

  constructor(
    environment: Readonly<Record<string, string>>,
    own?: Map<string, string | undefined>,
    exported?: Set<string>,
    differs = false,
  ) {
    this.#environment = environment
    this.#own = own ?? new Map()
    this.#exported = exported ?? new Set()
    this.#differs = differs
  }

  copy(): Values {
    return new Values(this.#environment, new Map(this.#own), new Set(this.#exported), this.#differs)
  }

  get(name: string): string | undefined {
    if (this.#own.has(name)) return this.#own.get(name)
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined
  }

  set(name: string, value: string): void {
    // A script that doubles a variable for ever dies, as on a machine with little memory.
    if (value.length > MAX_VALUE) throw new Killed(137)
    this.#own.set(name, value)
    if (this.#exported.has(name) || Object.hasOwn(this.#environment, name)) this.#differs = true
  }

  unset(name: string): void {
    this.#own.set(name, undefined)
    this.#exported.delete(name)
    this.#differs = true
  }

  export(name: string): void {
    this.#exported.add(name)
    this.#differs = true
  }

  names(): string[] {
    return [...new Set([...Object.keys(this.#environment), ...this.#own.keys()])].filter(
      (name) => this.get(name) !== undefined,
    )
  }

  exportedNames(): string[] {
    return Object.keys(this.environment())
  }

  /** What a program started now gets to see. */
  environment(): Readonly<Record<string, string>> {
    if (!this.#differs) return this.#environment
    const env: Record<string, string> = { ...this.#environment }
    for (const [name, value] of this.#own) {
      if (value === undefined) delete env[name]
      else if (this.#exported.has(name) || Object.hasOwn(env, name)) env[name] = value
    }
    return env
  }
}
