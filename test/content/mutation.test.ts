/**
 * Would the proofs notice? Every rule of every manifest is dropped or altered, every policy left out, and the step that
 * applies the manifest is proved by the policy engine. A mistake that no proof of its step notices must be listed below,
 * with the reason why it cannot be noticed (or the later step that does notice it, which is then checked too).
 */
import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/workshop/step.ts'
import { mutantsOf } from './mutants.ts'
import {
  createLab,
  enterprise,
  type Features,
  type Lab,
  openSource,
  play,
  playBefore,
  readManifests,
} from './offline-lab.ts'
import { isRed as isStageRed } from './offline-proofs.ts'
import { unnoticed } from './unnoticed.ts'

const manifests = readManifests()

function filesOf(step: Step, track: string): string[] {
  const named = step.stages.flatMap((stage) =>
    stage.actions.flatMap((action) =>
      action.kind === 'apply' || action.kind === 'resolve-domains' ? [action.manifest] : [],
    ),
  )
  return [...new Set(named)].filter((file) => file.startsWith(`${track}/`))
}

/** Plays one step; true when one of its proofs is red. */
function isRed(lab: Lab, step: Step): { red: boolean; after: Lab } {
  let now = lab
  let red = false
  for (const stage of step.stages) {
    const before = now
    now = play(now, stage.actions)
    red ||= isStageRed(now, stage, before)
  }
  return { red, after: now }
}

for (const track of ['calico', 'netpol']) {
  const used = new Set<string>()
  const labOf = (features: Features) => createLab(track, features, manifests)
  describe(`mutation test of the ${track} track`, () => {
    const { steps } = labOf(openSource).track
    for (const step of steps) {
      for (const file of filesOf(step, track)) {
        it(`step ${step.number} notices every mistake in ${file}, or it is listed`, () => {
          const before = playBefore(labOf(file.includes('domains') ? enterprise : openSource), step)
          const missed: string[] = []
          const mutants = mutantsOf(manifests, file)
          expect(mutants.length).toBeGreaterThan(0)
          for (const mutant of mutants) {
            const { red, after } = isRed({ ...before, manifests: mutant.manifests }, step)
            const listed = unnoticed.find((entry) => entry.pattern.test(mutant.name))
            if (red) continue
            if (!listed) {
              missed.push(mutant.name)
              continue
            }
            used.add(listed.pattern.source)
            if (listed.later === undefined) continue
            let now = after
            let noticed = false
            for (const next of steps.filter((each) => each.number > step.number && each.number <= listed.later!)) {
              const result = isRed(now, next)
              noticed ||= result.red
              now = result.after
            }
            if (!noticed) missed.push(`${mutant.name}: not noticed by step ${listed.later} either`)
          }
          expect(missed).toEqual([])
        })
      }
    }

    it('lists nothing that is noticed after all', () => {
      const stale = unnoticed.filter((entry) => entry.track === track && !used.has(entry.pattern.source))
      expect(stale.map((entry) => entry.pattern.source)).toEqual([])
    })
  })
}
