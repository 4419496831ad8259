import { describe, expect, it } from 'vitest'
import type { Trace } from '../../src/policy/model.ts'
import {
  beforeStaged,
  createLab,
  decide,
  enterprise,
  expectedVerdicts,
  type Features,
  type Lab,
  noCalico,
  openSource,
  play,
  targetOf,
} from './offline-lab.ts'
import { failures } from './offline-proofs.ts'

interface Reason {
  tier: string | null
  policy: string | null
  rule?: number
  profile?: string
  endOfTier?: boolean
  selectedBy?: string[]
  action: string
}

const data = expectedVerdicts()

/** Every stage of the Calico track, with the lab as its actions leave it. */
function walk(
  features: Features,
  visit: (name: string, lab: Lab, check: () => string[]) => void,
  track = 'calico',
): void {
  let lab = createLab(track, features)
  for (const step of lab.track.steps) {
    for (const stage of step.stages) {
      const before = lab
      lab = play(lab, stage.actions)
      const now = lab
      visit(stage.id, now, () => failures(now, stage, before))
    }
  }
}

/** The last decision of a trace, in the words of expected-verdicts.json. */
function matches(trace: Trace, reason: Reason): boolean {
  const last = trace.enforced.at(-1)
  if (reason.profile) return last?.tier === '__PROFILE__' && last.action === 'Allow'
  if (!last || last.tier !== reason.tier || last.action !== reason.action) return false
  const name = last.policy.split('/').at(-1)!.replace(/^\w+:/, '').replace(`${reason.tier}.`, '')
  if (reason.endOfTier) return last.rule === -1 && reason.selectedBy!.includes(name)
  return name === reason.policy && last.rule === reason.rule! - 1
}

const stepOfStage: Record<string, string> = {
  '5a': '5 after default-egress',
  '5b': '5 after the label',
  '8': '8 open source',
}

for (const [edition, features] of [
  ['open source', openSource],
  ['enterprise', enterprise],
] as const) {
  describe(`Calico track, ${edition}`, () => {
    walk(features, (stage, lab, check) => {
      it(`stage ${stage}: all proofs hold`, () => expect(check()).toEqual([]))

      // Step 8 of the file is stated for open source; the service pairs are the same.
      const key = stage === '7' ? `7 ${edition}` : (stepOfStage[stage] ?? stage)
      const [id, variant] = data.meta.ourPath.steps[key] as [string, string]
      const probes = data.stages.find((each: { id: string }) => each.id === id).probes as any[]

      it(`stage ${stage}: the 143 pairs, DNS and outside are decided as expected, by the rule expected`, () => {
        const wrong: string[] = []
        let pairs = 0
        for (const { src, dst, kind, podPort, expect: stated, why } of probes) {
          if (!['service', 'dns', 'external', 'podIP'].includes(kind)) continue
          if (!lab.track.topology.sources.some((source) => source.name === src)) continue
          const wanted = typeof stated === 'string' ? stated : stated[variant]
          const ids: string[] = Array.isArray(why) ? why : why[variant]
          const to = kind === 'dns' ? 'dns' : kind === 'podIP' ? `pod:${dst}` : dst
          const target = targetOf(lab, to, podPort, kind === 'dns' ? 'dig' : 'nc')
          const decided = decide(lab, src, target)
          pairs += kind === 'service' ? 1 : 0
          const name = `${src} → ${dst}`
          if (decided.verdict !== (wanted === 'open' ? 'allow' : 'deny'))
            wrong.push(`${name}: ${decided.verdict}, expected ${wanted}`)
          const reasons = ids.map((one) => data.reasons[one] as Reason & { direction: 'egress' | 'ingress' })
          for (const reason of reasons) {
            // Their CoreDNS is selected by policies with all(); ours never is.
            if (kind === 'dns' && reason.direction === 'ingress') continue
            // pci-allowlist allows UDP first and TCP second, allow-dns the other way round.
            if (!matches(decided[reason.direction], reason))
              wrong.push(
                `${name}: ${reason.direction} ${JSON.stringify(decided[reason.direction].enforced.at(-1))}, expected ${JSON.stringify(reason)}`,
              )
          }
        }
        expect(wrong).toEqual([])
        expect(pairs).toBe(143)
      })

      it(`stage ${stage}: the hand-written set is that of expected-verdicts.json`, () => {
        const matrix = lab.track.steps
          .flatMap((step) => step.stages)
          .find((each) => each.id === stage)!
          .proofs.find((proof) => proof.kind === 'matrix')!
        const open = probes
          .filter(
            ({ kind, expect: stated }) =>
              kind === 'service' && (typeof stated === 'string' ? stated : stated[variant]) === 'open',
          )
          .map(({ src, dst }) => `${src}>${dst}`)
        expect(matrix.open.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(open.sort())
        expect(open.length).toBe(data.meta.ourPath.openServicePairsOf143[key])
      })
    })
  })
}

describe('Calico track without staged kinds', () => {
  walk(beforeStaged, (stage, _lab, check) => {
    it(`stage ${stage}: all proofs hold`, () => expect(check()).toEqual([]))
  })
})

describe('NetworkPolicy track', () => {
  const stageOf: Record<string, string> = { '0': 'b0', '1': 'b0', '2': 'b1', '3': 'b1', '4': 'b2', '5j': 'b3' }
  walk(
    noCalico,
    (stage, lab, check) => {
      it(`stage ${stage}: all proofs hold`, () => expect(check()).toEqual([]))
      if (!stageOf[stage]) return
      const expected = data.blog.stages.find((each: { id: string }) => each.id === stageOf[stage]).probes as [
        string,
        string,
        number,
        string,
      ][]

      it(`stage ${stage}: every pair is decided as in ${stageOf[stage]}`, () => {
        const wrong = expected.filter(
          ([src, dst, , stated]) =>
            (decide(lab, src, targetOf(lab, dst, undefined)).verdict === 'allow') !== (stated === 'open'),
        )
        expect(wrong).toEqual([])
        expect(expected.length).toBe(143)
      })

      it(`stage ${stage}: the hand-written set is that of ${stageOf[stage]}`, () => {
        const matrix = lab.track.steps
          .flatMap((step) => step.stages)
          .find((each) => each.id === stage)!
          .proofs.find((proof) => proof.kind === 'matrix')!
        const open = expected.filter(([, , , stated]) => stated === 'open').map(([src, dst]) => `${src}>${dst}`)
        expect(matrix.open.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(open.sort())
      })
    },
    'netpol',
  )
})

describe('every step is red before its actions', () => {
  for (const [track, features] of [
    ['calico', openSource],
    ['calico', enterprise],
    ['netpol', noCalico],
  ] as const) {
    let lab = createLab(track, features)
    for (const step of lab.track.steps) {
      for (const stage of step.stages) {
        const before = lab
        lab = play(lab, stage.actions)
        if (step.number === 0) continue // no pods to try anything from
        it(`${track}, stage ${stage.id} (${features.domains ? 'enterprise' : 'open source'}), unless it says so`, () => {
          if (step.startsGreen) expect(failures(before, stage, before)).toEqual([])
          else expect(failures(before, stage, before)).not.toEqual([])
        })
      }
    }
  }
})
