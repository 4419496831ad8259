import type { World } from './world.ts'

/** Names here that are nearly, or in part, what somebody typed; the nearest first. */
export function nearNames(world: World, text: string, most = 5): string[] {
  const typed = text.toLowerCase()
  const last = typed.split(/[/=]/).at(-1)!
  const scored = allNames(world).flatMap((name): { name: string; score: number }[] => {
    const known = name.toLowerCase()
    const far = distance(typed, known)
    if (far <= typoMost(typed)) return [{ name, score: far }]
    const isPart = last.length >= 3 && (known.includes(last) || last.includes(known))
    return isPart ? [{ name, score: 100 + known.length }] : []
  })
  scored.sort((left, right) => left.score - right.score || (left.name < right.name ? -1 : 1))
  return scored.slice(0, most).map(({ name }) => name)
}

/** So near to a name here that it is more likely a slip of the finger than a name of its own. */
export function isTypo(world: World, text: string): boolean {
  const typed = text.toLowerCase()
  return allNames(world).some((name) => distance(typed, name.toLowerCase()) <= typoMost(typed))
}

function typoMost(text: string): number {
  return text.length < 5 ? 1 : 2
}

function allNames(world: World): string[] {
  const services = [...world.services.values()].filter(({ object }) => object !== null)
  return [
    ...new Set([
      ...world.endpoints.flatMap(({ workload, namespace }) =>
        workload.endsWith(`.${namespace}`) ? [workload] : [workload, `${workload}.${namespace}`],
      ),
      ...services.flatMap(({ name, namespace }) => [name, `${name}.${namespace}`]),
      ...world.endpoints.map(({ id }) => id),
    ]),
  ]
}

/** Levenshtein distance; a difference in length that is too big is not measured. */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 99
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)))
    row = next
  }
  return row[right.length]!
}
