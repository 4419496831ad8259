// Counts the settled probes of an event file (`run --output json`), for scripts. Usage: count-events.mjs FILE
import { readFileSync } from 'node:fs'

const events = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
const matrix = events.filter((event) => event.type === 'probe-settled' && event.set === 'matrix')
const of = (expected) => matrix.filter((event) => event.expected === expected)
const last = events.at(-1)
console.log(`steps: ${last?.type === 'run-finished' ? last.steps.length : 0}`)
console.log(`matrix: ${matrix.length}`)
console.log(`open expected: ${of('open').length}`)
console.log(`open passed: ${of('open').filter((event) => event.ok).length}`)
console.log(`blocked expected: ${of('blocked').length}`)
console.log(`blocked passed: ${of('blocked').filter((event) => event.ok).length}`)
console.log(`blocked but open: ${of('blocked').filter((event) => event.actual === 'open').length}`)
const actuals = new Map()
for (const event of matrix) actuals.set(event.actual, (actuals.get(event.actual) ?? 0) + 1)
console.log(`actual: ${[...actuals].map(([name, count]) => `${name} ${count}`).join(', ')}`)
