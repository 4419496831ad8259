/** A stage's proofs without a cluster: what of them would go red. Believes `blocked` only under the same controls as the engine. */
import type { ProbeSpec, Proof, Stage } from '../../src/workshop/step.ts'
import { callGraph, decide, holds, keyOf, type Lab, targetOf } from './offline-lab.ts'

/** One line per claim that does not hold. */
export function failures(lab: Lab, stage: Stage, before: Lab): string[] {
  const proofs = stage.proofs.filter((proof) => holds(proof.when, lab.features))
  const reached = controls(lab, proofs)
  return proofs.flatMap((proof) => check(lab, proof, before, reached).map((text) => `${proof.id} ${text}`))
}

/** Whether any claim fails: the cheap ones first, controls only when nothing else has failed. */
export function isRed(lab: Lab, stage: Stage, before: Lab): boolean {
  const proofs = stage.proofs.filter((proof) => holds(proof.when, lab.features))
  const read = proofs.filter((proof) => proof.kind !== 'matrix' && proof.kind !== 'probes')
  const cheapFirst = [...read].sort((a, b) => Number(b.kind === 'objects') - Number(a.kind === 'objects'))
  if (cheapFirst.some((proof) => check(lab, proof, before, new Map()).length > 0)) return true
  for (const proof of proofs) {
    const specs =
      proof.kind === 'probes'
        ? proof.probes.filter((spec) => holds(spec.when, lab.features))
        : proof.kind === 'matrix'
          ? expectations(lab, proof)
          : []
    if (specs.some((spec) => isOpen(lab, spec.from, spec.to, spec.port, spec.tool) !== (spec.expect === 'open')))
      return true
  }
  return failures(lab, stage, before).length > 0
}

type Reached = Map<string, Set<string>>

function pairs(lab: Lab): { from: string; to: string }[] {
  const { sources, services } = lab.track.topology
  return sources.flatMap((from) =>
    services.filter((to) => to.name !== from.name).map((to) => ({ from: from.name, to: to.name })),
  )
}

function controls(lab: Lab, proofs: readonly Proof[]): Reached {
  const reached: Reached = new Map()
  const tried: Pick<ProbeSpec, 'from' | 'to' | 'port' | 'tool'>[] = [
    ...(proofs.some((proof) => proof.kind === 'matrix')
      ? pairs(lab).map((pair) => ({ ...pair, tool: 'nc' as const }))
      : []),
    ...proofs.flatMap((proof) =>
      proof.kind === 'probes' ? proof.probes.filter((probe) => holds(probe.when, lab.features)) : [],
    ),
    ...lab.track.topology.outside.flatMap((to) =>
      (['curl', 'ping'] as const).map((tool) => ({ from: lab.track.topology.outsideControl, to, tool })),
    ),
  ]
  for (const { from, to, port, tool } of tried) {
    if (!isOpen(lab, from, to, port, tool)) continue
    const { key } = targetOf(lab, to, port, tool)
    reached.set(key, (reached.get(key) ?? new Set()).add(from))
  }
  return reached
}

/** A pod reaches itself without passing policy. */
function isOpen(lab: Lab, from: string, to: string, port?: number, tool: ProbeSpec['tool'] = 'nc'): boolean {
  if (to === `pod:${from}`) return true
  return decide(lab, from, targetOf(lab, to, port, tool)).verdict === 'allow'
}

function probe(
  lab: Lab,
  spec: Pick<ProbeSpec, 'from' | 'to' | 'tool' | 'expect'> & { port?: number | undefined },
  reached: Reached,
): string[] {
  const open = isOpen(lab, spec.from, spec.to, spec.port, spec.tool)
  const name = `${spec.from} → ${spec.to}${spec.port ? `:${spec.port}` : ''} ${spec.tool}`
  if (open !== (spec.expect === 'open')) return [`${name} is ${open ? 'open' : 'blocked'}`]
  if (spec.expect === 'open') return []
  const outside = lab.track.topology.outside.includes(spec.to)
  const others = [...(reached.get(targetOf(lab, spec.to, spec.port, spec.tool).key) ?? [])].filter(
    (from) => from !== spec.from,
  )
  if (outside ? !others.includes(lab.track.topology.outsideControl) : others.length === 0)
    return [`${name} is not proved: nobody reached it`]
  return decide(lab, spec.from, targetOf(lab, 'dns', 53, 'nc')).verdict === 'allow'
    ? []
    : [`${name} is not proved: the source reaches nothing`]
}

function expectations(lab: Lab, { open }: Extract<Proof, { kind: 'matrix' }>) {
  const wanted = new Set(open.map(({ from, to }) => `${from}>${to}`))
  return pairs(lab).map((pair) => ({
    ...pair,
    port: undefined,
    tool: 'nc' as const,
    expect: wanted.has(`${pair.from}>${pair.to}`) ? ('open' as const) : ('blocked' as const),
  }))
}

function check(lab: Lab, proof: Proof, before: Lab, reached: Reached): string[] {
  switch (proof.kind) {
    case 'matrix':
      return expectations(lab, proof).flatMap((spec) => probe(lab, spec, reached))
    case 'probes':
      return proof.probes.filter((spec) => holds(spec.when, lab.features)).flatMap((spec) => probe(lab, spec, reached))
    case 'pending': {
      const tool = proof.protocol === 'UDP' ? 'dig' : 'nc'
      const decided = decide(lab, proof.from, targetOf(lab, proof.to, proof.port, tool))
      const sides = proof.side ? [decided[proof.side]] : [decided.egress, decided.ingress]
      const verdicts = sides.map((side) => side.pendingVerdict ?? side.verdict)
      const verdict = verdicts.includes('deny') ? 'deny' : verdicts.includes('undecided') ? 'undecided' : 'allow'
      return verdict === proof.verdict ? [] : [`${proof.from} → ${proof.to} ${proof.side ?? ''} would be ${verdict}`]
    }
    case 'objects':
      return proof.objects.flatMap(({ apiVersion, object: kind, name, namespace, absent, fields }) => {
        const live = lab.objects.get(
          keyOf({ apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } }),
        )
        if (absent) return live ? [`${kind} ${name} is there`] : []
        if (!live) return [`${kind} ${name} is missing`]
        return Object.entries(fields ?? {}).flatMap(([path, wanted]) => {
          const value = path.split('.').reduce<any>((at, part) => at?.[part], live)
          return JSON.stringify(value) === JSON.stringify(wanted)
            ? []
            : [`${kind} ${name} ${path} is ${JSON.stringify(value)}`]
        })
      })
    case 'labels': {
      const found = pods(lab, proof.namespace).filter(
        (pod) => proof.name === undefined || pod.metadata.name === proof.name,
      )
      const right = found.filter((pod) =>
        Object.entries(proof.labels).every(([key, value]) => (pod.metadata.labels?.[key] ?? null) === value),
      )
      const texts =
        right.length === found.length && right.length >= (proof.count ?? 1)
          ? []
          : [`${right.length} of ${found.length} pods`]
      return proof.nothingElse ? [...texts, ...otherLabels(before, lab, Object.keys(proof.labels))] : texts
    }
    case 'ready':
      return pods(lab, proof.namespace).length >= proof.count ? [] : [`${pods(lab, proof.namespace).length} pods`]
    case 'http': {
      const status = page(lab, proof.from, new URL(proof.url).pathname)
      // The pages here are the shop's own: none is a stand-in's few bytes.
      const isOther = proof.or !== undefined && proof.or.under === undefined && status === proof.or.status
      return status === proof.status || isOther ? [] : [`${proof.url} answers ${status ?? 'nothing'}`]
    }
    default:
      return proof satisfies never
  }
}

function pods(lab: Lab, namespace: string) {
  return [...lab.objects.values()].filter((object) => object.kind === 'Pod' && object.metadata.namespace === namespace)
}

function otherLabels(before: Lab, after: Lab, but: readonly string[]): string[] {
  return [...after.objects.entries()].flatMap(([key, object]) => {
    const old = before.objects.get(key)
    if (object.kind !== 'Pod' || !old) return []
    const rest = (labels: Record<string, string> | undefined) =>
      JSON.stringify(
        Object.entries(labels ?? {})
          .filter(([name]) => !but.includes(name))
          .sort(),
      )
    return rest(old.metadata.labels) === rest(object.metadata.labels) ? [] : [`other labels of ${key} changed`]
  })
}

/** The shop's pages by their real calls; a connection that is kept open does not ask policy again. */
function page(lab: Lab, from: string, path: string): number | null {
  if (!isOpen(lab, from, 'frontend')) return null
  const calls = (caller: string, callee: string) =>
    lab.kept.has(`${caller}>${callee}`) ||
    (callGraph.some(([a, b]) => a === caller && b === callee) && isOpen(lab, caller, callee))
  const cart = calls('frontend', 'cartservice') && calls('cartservice', 'redis-cart')
  const common = cart && calls('frontend', 'currencyservice') && calls('frontend', 'productcatalogservice')
  const needed = path === '/cart' ? common && calls('frontend', 'shippingservice') : common
  return needed ? 200 : 500
}
