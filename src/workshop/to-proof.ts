import type { Location } from '../errors/workshop-error.ts'
import type { RawProof } from './schema-proofs.ts'
import type { ProbeSpec, Proof } from './step.ts'
import { present } from './to-action.ts'

/** The hand-written sets of a track: name -> its open pairs. */
export type ExpectedSets = ReadonlyMap<string, readonly { from: string; to: string }[]>

/** One proof; several for `pending` and `http`, whose lists are a proof per entry. An unknown set gives an empty one: lint reports it. */
export function toProofs(
  raw: RawProof,
  id: string,
  locate: (...path: (string | number)[]) => Location,
  sets: ExpectedSets,
): Proof[] {
  const base = present({
    id,
    title: raw.title,
    when: raw.when && present(raw.when),
    unlessWritten: raw.unlessWritten,
    at: locate(),
  })
  const one = (body: object): Proof[] => [{ ...base, ...body } as Proof]
  const many = <Item extends object>(items: readonly Item[], kind: string, title: (item: Item) => string): Proof[] =>
    items.map((item, index) => ({
      ...base,
      id: items.length === 1 ? id : `${id}.${index + 1}`,
      title: items.length === 1 ? raw.title : `${raw.title}: ${title(item)}`,
      kind,
      ...present(item),
      at: locate(kind, index),
    })) as Proof[]

  if (raw.objects) {
    return one({
      kind: 'objects',
      objects: raw.objects.map(({ kind, ...object }) => present({ ...object, object: kind })),
    })
  }
  if (raw.labels) return one({ kind: 'labels', ...present(raw.labels) })
  if (raw.ready) return one({ kind: 'ready', ...present(raw.ready) })
  if (raw.matrix !== undefined)
    return one({ kind: 'matrix', at: locate('matrix'), set: raw.matrix, open: sets.get(raw.matrix) ?? [] })
  if (raw.probes)
    return one({ kind: 'probes', probes: raw.probes.map((probe, index) => toProbe(probe, locate('probes', index))) })
  if (raw.pending) {
    return many(
      raw.pending,
      'pending',
      (item) =>
        `${item.from} → ${item.to}${item.port ? `:${item.port}` : ''}${item.protocol === 'UDP' ? '/UDP' : ''}${item.side ? `, ${item.side}` : ''}`,
    )
  }
  const pages = raw.http!.map(({ or, ...page }) => ({ ...page, ...(or ? { or: present(or) } : {}) }))
  return many(pages, 'http', (item) => item.url)
}

function toProbe(raw: NonNullable<RawProof['probes']>[number], at: Location): ProbeSpec {
  const id = raw.id ?? `${raw.from}>${raw.to}${raw.port ? `:${raw.port}` : ''}/${raw.tool}`
  return present({ ...raw, id, when: raw.when && present(raw.when), at }) as ProbeSpec
}
