/**
 * Kills and faults: whether the workshop can be interrupted anywhere, and tells no lies when the cluster misbehaves.
 *
 *   npm run chaos -- --seed N --kills K [--track ID] [--context NAME --kubeconfig FILE [--kubectl PATH]]
 *   npm run chaos -- --seed N --faults [--probes N] [--rate R]
 */
import { parseArgs } from 'node:util'
import { packagedContentDir } from '../src/workshop/load-files.ts'
import { openTrack } from '../src/workshop/open-track.ts'
import { chaosByFaults } from './chaos/faults.ts'
import { chaosByKills } from './chaos/kills.ts'
import { openChaosPlace } from './chaos/place.ts'
import { prepareProgram } from './chaos/program.ts'
import { createRandom } from './chaos/random.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    faults: { type: 'boolean', default: false },
    probes: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '0.1' },
    track: { type: 'string', default: 'calico' },
    context: { type: 'string' },
    kubeconfig: { type: 'string' },
    kubectl: { type: 'string' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)

const seed = Number(values.seed)
const release = prepareProgram()
const tally = await start().finally(release)
say(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed === 0 ? 0 : 1

async function start() {
  const track = await openTrack(packagedContentDir(), values.track)
  const random = createRandom(seed)
  if (values.faults)
    return chaosByFaults({ track: values.track, probes: Number(values.probes), rate: Number(values.rate), random, say })
  const place = openChaosPlace(values)
  try {
    return await chaosByKills({ kills: Number(values.kills ?? 20), place, track, random, say })
  } finally {
    await place.close()
  }
}
