/** What probes said, and whether a cluster that misbehaves made any of them say what is not so. */
export type Verdict = 'open' | 'blocked' | 'none'

export interface Told {
  key: string
  expected: 'open' | 'blocked'
  verdict: Verdict
}

/** Every settled probe. Only a time-out claims "blocked"; whatever else is not open claims nothing about policy. */
export function verdictsOf(events: readonly any[]): Told[] {
  return events
    .filter((event) => event.type === 'probe-settled')
    .map(({ stage, set, probe, expected, actual }) => ({
      key: `${stage}/${set}/${probe.id}`,
      expected,
      verdict: actual === 'open' ? 'open' : actual === 'timed-out' ? 'blocked' : 'none',
    }))
}

export interface Comparison {
  probes: number
  expectingBlocked: number
  falseBlocked: string[]
  falseOpen: string[]
  /** Claimed nothing: not wrong, and not proved. */
  without: number
  unknown: string[]
}

export function compareVerdicts(told: readonly Told[], truth: ReadonlyMap<string, Verdict>): Comparison {
  const settled = told.filter(({ verdict }) => verdict !== 'none')
  return {
    probes: told.length,
    expectingBlocked: told.filter(({ expected }) => expected === 'blocked').length,
    falseBlocked: settled.filter(({ key, verdict }) => verdict === 'blocked' && truth.get(key) === 'open').map(keyOf),
    falseOpen: settled.filter(({ key, verdict }) => verdict === 'open' && truth.get(key) === 'blocked').map(keyOf),
    without: told.length - settled.length,
    unknown: settled.filter(({ key }) => !truth.has(key)).map(keyOf),
  }
}

function keyOf({ key }: Told): string {
  return key
}
