/** Small mistakes in manifests: every rule dropped or altered, every policy left out, orders, types, selectors, sets, tiers. */
import type { KubeObject } from '../../src/policy/model.ts'
import type { Manifests } from './offline-lab.ts'

export interface Mutant {
  /** `04-pci security.pci-restrict ingress 1 dropped`. */
  name: string
  manifests: Manifests
}

export function mutantsOf(manifests: Manifests, file: string): Mutant[] {
  const objects = manifests.get(file)!
  const short = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '')
  const swapped = (index: number, object: KubeObject | null): Manifests =>
    new Map([...manifests, [file, objects.flatMap((each, at) => (at !== index ? [each] : object ? [object] : []))]])
  return objects.flatMap((object, index) => [
    { name: `${short} ${object.metadata.name} left out`, manifests: swapped(index, null) },
    ...alterations(object).map(({ what, object: altered }) => ({
      name: `${short} ${object.metadata.name} ${what}`,
      manifests: swapped(index, altered),
    })),
  ])
}

interface Alteration {
  what: string
  object: KubeObject
}

function alterations(object: KubeObject): Alteration[] {
  if (object.kind === 'Tier') {
    return [
      change(object, 'order +1', (spec) => ({ ...spec, order: spec.order + 1 })),
      change(object, 'order behind default', (spec) => ({ ...spec, order: 2_000_000 })),
      change(object, 'defaultAction Pass', (spec) => ({ ...spec, defaultAction: 'Pass' })),
    ]
  }
  if (object.kind === 'GlobalNetworkSet') {
    const domains: string[] = object.spec?.allowedEgressDomains ?? []
    return [
      { what: 'without its label', object: { ...object, metadata: { ...object.metadata, labels: {} } } },
      ...domains.map((name) =>
        change(object, `without ${name}`, (spec) => ({
          ...spec,
          allowedEgressDomains: domains.filter((other) => other !== name),
        })),
      ),
    ]
  }
  return object.apiVersion === 'networking.k8s.io/v1'
    ? kubernetesPolicy(object)
    : object.apiVersion.startsWith('projectcalico.org/')
      ? calicoPolicy(object)
      : []
}

function change(
  object: KubeObject,
  what: string,
  edit: (spec: Record<string, any>) => Record<string, any>,
): Alteration {
  return { what, object: { ...object, spec: edit(object.spec!) } }
}

function calicoPolicy(object: KubeObject): Alteration[] {
  const types: string[] = object.spec!.types
  const rules = (['ingress', 'egress'] as const).flatMap((side) =>
    ((object.spec![side] ?? []) as Record<string, any>[]).flatMap((rule, index) => {
      const edit = (what: string, rest: (rules: Record<string, any>[]) => Record<string, any>[]) =>
        change(object, `${side} ${index} ${what}`, (spec) => ({ ...spec, [side]: rest([...spec[side]]) }))
      return [
        edit('dropped', (all) => all.filter((_, at) => at !== index)),
        ...ruleChanges(rule).map(([what, altered]) =>
          edit(what, (all) => all.map((each, at) => (at === index ? altered : each))),
        ),
      ]
    }),
  )
  return [
    ...rules,
    ...(types.length > 1
      ? types.map((type) =>
          change(object, `without type ${type}`, (spec) => ({
            ...spec,
            types: types.filter((other) => other !== type),
          })),
        )
      : []),
    change(object, 'order first', (spec) => ({ ...spec, order: -1000 })),
    change(object, 'order last', (spec) => ({ ...spec, order: 5000 })),
    change(object, 'in another tier', (spec) => ({ ...spec, tier: spec.tier === 'default' ? 'platform' : 'default' })),
    change(object, 'selects nobody', (spec) => ({ ...spec, selector: 'app == "nobody"' })),
    ...selectorParts(object.spec!.selector).map((selector) =>
      change(object, `selects only ${selector}`, (spec) => ({ ...spec, selector })),
    ),
  ]
}

/** Half of the scope: the namespace of the shop, or the probe pod outside. */
function selectorParts(selector: string): string[] {
  if (!selector.includes('||')) return []
  const tail = selector.endsWith('pci == "true"') ? ' && pci == "true"' : ''
  return [
    'projectcalico.org/namespace == "hipstershop"',
    'projectcalico.org/namespace == "default" && run == "multitool"',
  ].map((part) => `(${part})${tail}`)
}

function ruleChanges(rule: Record<string, any>): [string, Record<string, any>][] {
  const changes: [string, Record<string, any>][] = []
  const actions: Record<string, string[]> = {
    Allow: ['Deny', 'Pass'],
    Deny: ['Allow', 'Pass'],
    Pass: ['Allow', 'Deny'],
  }
  for (const action of actions[rule.action]!) changes.push([`says ${action}`, { ...rule, action }])
  if (rule.protocol) {
    const other = rule.protocol === 'TCP' ? 'UDP' : 'TCP'
    changes.push([`for ${other}`, { ...rule, protocol: other }])
  }
  for (const end of ['source', 'destination'] as const) {
    const entity = rule[end]
    if (!entity) continue
    const { selector, ports, ...rest } = entity
    const put = (what: string, value: Record<string, any>) =>
      changes.push([`${end} ${what}`, { ...rule, [end]: value }])
    if (selector) {
      put('anybody', { ...rest, ...(ports ? { ports } : {}) })
      put('somebody else', { ...entity, selector: 'app == "nobody"' })
      for (const one of (selector as string).split(' || ').slice(0, selector.includes(' || ') ? undefined : 0)) {
        put(`without ${one}`, {
          ...entity,
          selector: (selector as string)
            .split(' || ')
            .filter((other) => other !== one)
            .join(' || '),
        })
      }
    }
    if (ports) {
      put('any port', { ...rest, ...(selector ? { selector } : {}) })
      put('next port', { ...entity, ports: (ports as number[]).map((port) => port + 1) })
    }
  }
  return changes
}

function kubernetesPolicy(object: KubeObject): Alteration[] {
  return ((object.spec!.ingress ?? []) as Record<string, any>[])
    .flatMap((rule, index) => {
      const edit = (what: string, altered: Record<string, any> | null) =>
        change(object, `ingress ${index} ${what}`, (spec) => ({
          ...spec,
          ingress: (spec.ingress as object[]).flatMap((each, at) => (at !== index ? [each] : altered ? [altered] : [])),
        }))
      const ports = (rule.ports ?? []) as Record<string, any>[]
      return [
        edit('dropped', null),
        ...(rule.from
          ? [
              edit('from anybody', { ports }),
              edit('from somebody else', { ...rule, from: [{ podSelector: { matchLabels: { app: 'nobody' } } }] }),
            ]
          : []),
        edit('next port', { ...rule, ports: ports.map((port) => ({ ...port, port: port.port + 1 })) }),
        edit('for UDP', { ...rule, ports: ports.map((port) => ({ ...port, protocol: 'UDP' })) }),
        edit('any port', { ...(rule.from ? { from: rule.from } : {}) }),
      ]
    })
    .concat([
      change(object, 'selects nobody', (spec) => ({ ...spec, podSelector: { matchLabels: { app: 'nobody' } } })),
    ])
}
