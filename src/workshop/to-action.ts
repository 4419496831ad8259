import type { Location } from '../errors/workshop-error.ts'
import type { RawAction } from './schema-actions.ts'
import type { Action } from './step.ts'

/** Drops the keys that are undefined, so that absent stays absent. */
export function present<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never
}

/** The schema has made sure that exactly one kind is there. */
export function toAction(raw: RawAction, id: string, at: Location): Action {
  return present({
    id,
    title: raw.title,
    explain: raw.explain,
    when: raw.when && present(raw.when),
    at,
    ...body(raw),
  }) as Action
}

function body(raw: RawAction): Record<string, unknown> {
  if (raw.apply !== undefined) return { kind: 'apply', manifest: raw.apply, onlyIfMissing: raw.onlyIfMissing }
  if (raw.delete !== undefined) return { kind: 'delete', manifest: raw.delete }
  if (raw.label) return { kind: 'label', ...present(raw.label) }
  if (raw['run-pod']) return { kind: 'run-pod', ...present(raw['run-pod']) }
  if (raw.restart) return { kind: 'restart', ...raw.restart }
  if (raw.wait) return { kind: 'wait', ...present(raw.wait) }
  if (raw.show) return { kind: 'show', args: raw.show }
  if (raw['create-namespace'] !== undefined) return { kind: 'create-namespace', name: raw['create-namespace'] }
  if (raw['resolve-domains']) return { kind: 'resolve-domains', ...raw['resolve-domains'] }
  return { kind: 'ask', question: raw.ask!.question, options: raw.ask!.options }
}
