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
  /** What programs get, null after a change to it: a pod has some two hundred variables, and a script starts many programs. */
  #given: Readonly<Record<string, string>> | null

  constructor(
    environment: Readonly<Record<string, string>>,
    own?: Map<string, string | undefined>,
    exported?: Set<string>,
    given: Readonly<Record<string, string>> | null = environment,
  ) {
    this.#environment = environment
    this.#own = own ?? new Map()
    this.#exported = exported ?? new Set()
    this.#given = given
  }

  copy(): Values {
    return new Values(this.#environment, new Map(this.#own), new Set(this.#exported), this.environment())
  }

  get(name: string): string | undefined {
    if (this.#own.has(name)) return this.#own.get(name)
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined
  }

  set(name: string, value: string): void {
    // A script that doubles a variable for ever dies, as on a machine with little memory.
    if (value.length > MAX_VALUE) throw new Killed(137)
    this.#own.set(name, value)
    if (this.#exported.has(name) || Object.hasOwn(this.#environment, name)) this.#given = null
  }

  unset(name: string): void {
    this.#own.set(name, undefined)
    this.#exported.delete(name)
    this.#given = null
  }

  export(name: string): void {
    this.#exported.add(name)
    this.#given = null
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
    if (this.#given !== null) return this.#given
    const env: Record<string, string> = { ...this.#environment }
    for (const [name, value] of this.#own) {
      if (value === undefined) delete env[name]
      else if (this.#exported.has(name) || Object.hasOwn(env, name)) env[name] = value
    }
    this.#given = env
    return env
  }
}
