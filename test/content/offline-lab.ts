/**
 * A lab without a cluster: the objects a step's actions leave behind, as plain values, and the policy engine to decide
 * connections. It plays actions the way a cluster would, so that content can be tested (and mutated) in milliseconds.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { evaluate } from '../../src/policy/evaluate.ts'
import type { FlowVerdict, KubeObject, Peer } from '../../src/policy/model.ts'
import { createWorld, type World } from '../../src/policy/world.ts'
import { loadManifest, loadTrack } from '../../src/workshop/load.ts'
import { listManifests } from '../../src/workshop/load-files.ts'
import type { Action, FeatureName, Step, Track, When } from '../../src/workshop/step.ts'

export const root = join(import.meta.dirname, '..', '..')

export type Features = Readonly<Record<FeatureName, boolean>>
export const openSource: Features = { calicoApi: true, tiers: true, staged: true, domains: false }
export const enterprise: Features = { calicoApi: true, tiers: true, staged: true, domains: true }
export const beforeStaged: Features = { calicoApi: true, tiers: true, staged: false, domains: false }
export const noCalico: Features = { calicoApi: false, tiers: false, staged: false, domains: false }

export type Manifests = ReadonlyMap<string, readonly KubeObject[]>

export interface Lab {
  track: Track
  features: Features
  manifests: Manifests
  objects: ReadonlyMap<string, KubeObject>
  /** Long-lived connections of the shop, `frontend>cartservice`: they survive policies, not restarts. */
  kept: ReadonlySet<string>
}

/** Who calls whom, on which pod port, and keeps the connection. */
export const callGraph: readonly (readonly [string, string])[] = [
  ['cartservice', 'redis-cart'],
  ...[
    'cartservice',
    'currencyservice',
    'emailservice',
    'paymentservice',
    'productcatalogservice',
    'shippingservice',
  ].map((to) => ['checkoutservice', to] as const),
  ...[
    'adservice',
    'cartservice',
    'checkoutservice',
    'currencyservice',
    'productcatalogservice',
    'recommendationservice',
    'shippingservice',
  ].map((to) => ['frontend', to] as const),
  ['recommendationservice', 'productcatalogservice'],
]

/** Where outside names lead; each has an address of its own. */
const outsideNames: Readonly<Record<string, string>> = {
  'google.com': '203.0.113.10',
  'tigera.io': '203.0.113.12',
  'github.com': '203.0.113.14',
  'google.ca': '203.0.113.16',
}

export const keyOf = (object: KubeObject) =>
  `${object.apiVersion.split('/')[0]}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`

export function readManifests(): Manifests {
  return new Map(listManifests(root).map((name) => [name, loadManifest(join(root, 'manifests', name)) as KubeObject[]]))
}

/** A cluster as it is before the workshop: system namespaces, CoreDNS, the tiers that are always there. */
export function createLab(
  trackId: string,
  features: Features,
  manifests: Manifests = readManifests(),
  more: readonly KubeObject[] = [],
): Lab {
  const objects = new Map<string, KubeObject>()
  const add = (object: KubeObject) => objects.set(keyOf(object), object)
  for (const name of ['default', 'kube-system']) add(namespace(name))
  add(pod('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }, '10.0.9.1'))
  add({
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name: 'default' },
    spec: { order: 1_000_000, defaultAction: 'Deny' },
  })
  for (const object of more) add(object)
  return { track: readTrackOnce(trackId), features, manifests, objects, kept: new Set() }
}

const tracks = new Map<string, Track>()
function readTrackOnce(id: string): Track {
  const track = tracks.get(id) ?? loadTrack(root, id)
  tracks.set(id, track)
  return track
}

export function namespace(name: string, labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  }
}

export function pod(ns: string, name: string, labels: Record<string, string>, ip: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: ns, labels },
    spec: { nodeName: 'node', containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
  }
}

export const holds = (when: When | undefined, features: Features) =>
  !when || features[when.feature] !== (when.not ?? false)

export function play(lab: Lab, actions: readonly Action[]): Lab {
  return actions.filter((action) => holds(action.when, lab.features)).reduce(act, lab)
}

/** The lab as the steps before this one leave it. */
export function playBefore(lab: Lab, step: Step): Lab {
  return lab.track.steps
    .filter((each) => each.number < step.number)
    .flatMap((each) => each.stages)
    .reduce((now, stage) => play(now, stage.actions), lab)
}

function act(lab: Lab, action: Action): Lab {
  const objects = new Map(lab.objects)
  const manifest = (name: string) => lab.manifests.get(name) ?? []
  let kept = lab.kept
  switch (action.kind) {
    case 'apply':
      for (const object of manifest(action.manifest)) put(objects, object)
      if (action.manifest.startsWith('shop/')) kept = new Set(callGraph.map(([from, to]) => `${from}>${to}`))
      break
    case 'delete':
      for (const object of manifest(action.manifest)) objects.delete(keyOf(object))
      break
    case 'label':
      for (const [key, object] of objects) {
        if (object.kind !== 'Pod' || object.metadata.namespace !== action.namespace) continue
        if (!action.all && object.metadata.name !== action.name) continue
        const labels = { ...object.metadata.labels }
        for (const [name, value] of Object.entries(action.labels)) {
          if (value === null) delete labels[name]
          else labels[name] = value
        }
        objects.set(key, { ...object, metadata: { ...object.metadata, labels } })
      }
      break
    case 'run-pod':
      put(
        objects,
        pod(
          action.namespace,
          action.name,
          { run: action.name, ...action.labels },
          `10.0.${action.namespace === 'default' ? 7 : 8}.2`,
        ),
      )
      break
    case 'resolve-domains':
      for (const object of manifest(action.manifest)) {
        put(objects, {
          ...object,
          spec: { ...object.spec, nets: action.names.map((name) => `${outsideNames[name]}/32`) },
        })
      }
      break
    case 'restart': {
      // The new pods have the template's labels and dial anew: only what policy allows now comes up.
      const [label, name] = action.selector.split('=') as [string, string]
      for (const [key, object] of objects) {
        if (
          object.kind === 'Pod' &&
          object.metadata.namespace === action.namespace &&
          object.metadata.labels?.[label] === name
        ) {
          objects.set(key, { ...object, metadata: { ...object.metadata, labels: { [label]: name } } })
        }
      }
      kept = new Set([...lab.kept].filter((pair) => !pair.split('>').includes(name)))
      break
    }
    case 'create-namespace':
      put(objects, namespace(action.name))
      break
    case 'wait':
    case 'show':
    case 'ask':
      return lab
    default:
      action satisfies never
  }
  return { ...lab, objects, kept }
}

/** A Deployment brings its pod with it. */
function put(objects: Map<string, KubeObject>, object: KubeObject): void {
  objects.set(
    keyOf(object),
    object.kind === 'Namespace' ? namespace(object.metadata.name, object.metadata.labels) : object,
  )
  if (object.kind === 'Deployment') {
    const made = pod(
      object.metadata.namespace!,
      object.metadata.name,
      object.spec!.template.metadata.labels,
      `10.0.1.${objects.size}`,
    )
    if (!objects.has(keyOf(made))) objects.set(keyOf(made), made)
  }
}

const worlds = new WeakMap<object, World>()
export function worldOf(lab: Lab): World {
  const known = worlds.get(lab.objects)
  if (known) return known
  const names = Object.fromEntries(Object.entries(outsideNames).map(([name, ip]) => [name, [ip]]))
  const world = createWorld(
    [...lab.objects.values()].filter((object) => object.kind !== 'Deployment'),
    { names },
  )
  worlds.set(lab.objects, world)
  return world
}

const podIds = new WeakMap<object, Map<string, string>>()
/** The id (`namespace/name`) of a source's pod. */
function podOf(lab: Lab, source: string): string {
  const known = podIds.get(lab.objects) ?? new Map<string, string>()
  podIds.set(lab.objects, known)
  const id = known.get(source) ?? findPod(lab, source)
  known.set(source, id)
  return id
}

function findPod(lab: Lab, source: string): string {
  const place = lab.track.topology.sources.find((entry) => entry.name === source)
  if (!place) throw new Error(`no source ${source}`)
  const [label, value] = place.selector.split('=') as [string, string]
  const found = [...lab.objects.values()].find(
    (object) =>
      object.kind === 'Pod' &&
      object.metadata.namespace === place.namespace &&
      object.metadata.labels?.[label] === value,
  )
  if (!found) throw new Error(`no pod of ${source}`)
  return `${place.namespace}/${found.metadata.name}`
}

export interface Target {
  peer: Peer
  port: number
  protocol: 'TCP' | 'UDP' | 'ICMP'
  key: string
}

export function targetOf(
  lab: Lab,
  to: string,
  port: number | undefined,
  tool: 'nc' | 'curl' | 'ping' | 'dig' = 'nc',
): Target {
  const protocol = tool === 'dig' ? 'UDP' : tool === 'ping' ? 'ICMP' : 'TCP'
  const key = `${to}:${port ?? ''}/${tool}`
  if (to === 'dns') return { peer: { kind: 'endpoint', id: 'kube-system/coredns' }, port: 53, protocol, key }
  if (to.startsWith('pod:'))
    return { peer: { kind: 'endpoint', id: podOf(lab, to.slice(4)) }, port: port ?? 80, protocol, key }
  const service = lab.track.topology.services.find((entry) => entry.name === to)
  if (service)
    return { peer: { kind: 'endpoint', id: podOf(lab, to) }, port: service.podPort, protocol, key: `service ${to}` }
  return {
    peer: { kind: 'ip', ip: outsideNames[to]!, names: [to] },
    port: port ?? 80,
    protocol,
    key: `outside ${to}/${tool}`,
  }
}

const decisions = new WeakMap<object, Map<string, FlowVerdict>>()
export function decide(lab: Lab, from: string, target: Target): FlowVerdict {
  const known = decisions.get(lab.objects) ?? new Map<string, FlowVerdict>()
  decisions.set(lab.objects, known)
  const key = `${from} ${target.key} ${target.protocol}`
  const found = known.get(key) ?? decideAnew(lab, from, target)
  known.set(key, found)
  return found
}

function decideAnew(lab: Lab, from: string, target: Target): FlowVerdict {
  return evaluate(worldOf(lab), {
    from: { kind: 'endpoint', id: podOf(lab, from) },
    to: target.peer,
    protocol: target.protocol,
    port: target.port,
  })
}

export const expectedVerdicts = () => JSON.parse(readFileSync(join(root, 'test/data/expected-verdicts.json'), 'utf8'))
