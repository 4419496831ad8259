// Three pods, two services, one cluster DNS: the smallest track in which every rule of a proof can be seen.

import type { ClusterPort, KubeObject } from '../../../src/cluster/port.ts'
import { defaultOptions, type EngineDeps, type EngineFiles } from '../../../src/engine/deps.ts'
import type { WorkshopEvent } from '../../../src/engine/events.ts'
import { createMemory, type Work } from '../../../src/engine/scope.ts'
import type { Action, Proof, Stage, Step, Topology, Track } from '../../../src/workshop/step.ts'

export const at = { file: 'step.yaml', line: 1, column: 1 }

const topology: Topology = {
  sources: ['cart', 'mail', 'tool'].map((name) => ({ name, namespace: 'shop', selector: `app=${name}` })),
  services: ['cart', 'mail'].map((name) => ({
    name,
    namespace: 'shop',
    port: 80,
    podPort: 8080,
    selector: `app=${name}`,
  })),
  outside: ['example.com'],
  outsideControl: 'tool',
  namespaces: [{ name: 'shop', create: true }],
  objectLabel: 'part-of=test',
}

export function pod(
  name: string,
  labels: Record<string, string> = { app: name },
  extra: Partial<KubeObject> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels },
    spec: { containers: [{ name: 'main', image: 'x' }], nodeName: 'n' },
    status: { phase: 'Running', podIP: `10.0.0.${name.length}`, conditions: [{ type: 'Ready', status: 'True' }] },
    ...extra,
  }
}

export function service(name: string): KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { clusterIP: '10.1.0.1', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    },
  ]
}

export const dnsService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  spec: { clusterIP: '10.96.0.10', ports: [{ port: 53 }], selector: { 'k8s-app': 'kube-dns' } },
}

export const namespaces: KubeObject[] = ['kube-system', 'shop', 'default'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: `uid-${name}` },
}))

export function shopObjects(): KubeObject[] {
  return [...namespaces, pod('cart'), pod('mail'), pod('tool'), ...service('cart'), ...service('mail'), dnsService]
}

export function step(
  number: number,
  actions: readonly Action[],
  proofs: readonly Proof[],
  more: Partial<Step> = {},
): Step {
  const stage: Stage = { id: String(number), actions, proofs }
  return {
    track: 'small',
    number,
    id: `step-${number}`,
    title: `Step ${number}`,
    goal: '',
    concept: '',
    optional: false,
    stages: [stage],
    hints: [],
    debrief: '',
    startsGreen: false,
    file: 'step.yaml',
    ...more,
  }
}

export function track(...steps: Step[]): Track {
  return { id: 'small', title: 'Small', summary: '', steps, manifestsDir: '/m', topology }
}

/** Time passes only by sleeping. */
export function fakeTime() {
  let now = 0
  return {
    clock: { now: () => new Date(now), monotonic: () => now },
    sleep: async (ms: number, signal?: AbortSignal) => {
      await Promise.resolve()
      signal?.throwIfAborted()
      now += ms
    },
    pass: (ms: number) => {
      now += ms
    },
  }
}

export function memoryFiles(
  manifests: Record<string, readonly KubeObject[]> = { 'x.yaml': [] },
): EngineFiles & { documents: Map<string, unknown> } {
  const documents = new Map<string, unknown>()
  const written = new Map(Object.entries(manifests))
  return {
    documents,
    manifest: (name) => ({ path: `/m/${name}` }),
    objects: (name) => {
      const found = written.get(name)
      if (!found) throw new Error(`a manifest nobody expected: ${name}`)
      return found
    },
    writeManifest: async (name, objects) => {
      written.set(name, objects)
      return { path: `/m/${name}` }
    },
    load: async (key) => documents.get(key) ?? null,
    save: async (key, value) => void documents.set(key, structuredClone(value)),
    remove: async (key) => void documents.delete(key),
  }
}

export function workOn(
  cluster: ClusterPort,
  small: Track,
  more: Partial<EngineDeps> = {},
): Work & { time: ReturnType<typeof fakeTime> } {
  const time = fakeTime()
  const deps: EngineDeps = {
    cluster,
    clock: time.clock,
    sleep: time.sleep,
    files: memoryFiles(),
    options: { ...defaultOptions, deadlineMs: 5_000 },
    ...more,
  }
  return { deps, track: small, memory: createMemory(), signal: new AbortController().signal, time }
}

export async function collect<R>(
  events: AsyncGenerator<WorkshopEvent, R>,
): Promise<{ events: WorkshopEvent[]; result: R }> {
  const seen: WorkshopEvent[] = []
  for (;;) {
    const next = await events.next()
    if (next.done) return { events: seen, result: next.value }
    seen.push(next.value)
  }
}

export function settled(events: readonly WorkshopEvent[]) {
  return events.flatMap((event) => (event.type === 'probe-settled' ? [event] : []))
}

export function brief(events: readonly WorkshopEvent[]): string[] {
  return settled(events).map(
    ({ probe, expected, actual, ok }) => `${probe.id} ${expected} ${actual} ${ok ? 'ok' : 'not ok'}`,
  )
}
