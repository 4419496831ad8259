import type { Change } from '../contracts.ts'

/** The last changes of one resource, by revision. A watch that starts before `reachesBackTo` must list again. */
export class History {
  readonly #limit: number
  #changes: Change[] = []
  #trimmedTo: number

  constructor(limit: number, startsAt: number) {
    this.#limit = limit
    this.#trimmedTo = startsAt
  }

  add(change: Change): void {
    this.#changes.push(change)
    // Trimming in blocks keeps `add` cheap; up to a quarter more than the limit is held.
    if (this.#changes.length > this.#limit * 1.25) {
      const dropped = this.#changes.length - this.#limit
      this.#trimmedTo = this.#changes[dropped - 1]!.revision
      this.#changes = this.#changes.slice(dropped)
    }
  }

  since(revision: number): Change[] | null {
    if (revision < this.#trimmedTo) return null
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#changes[middle]!.revision > revision) high = middle
      else low = middle + 1
    }
    return this.#changes.slice(low)
  }
}
