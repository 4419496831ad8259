import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  lastAppliedAnnotation,
  lastAppliedConfiguration,
  readLastApplied,
  withLastApplied,
} from '../../src/cluster/last-applied.ts'
import { parseManifest } from '../../src/cluster/manifest.ts'
import type { KubeObject } from '../../src/cluster/port.ts'
import { mergePatch, threeWayMerge } from '../../src/cluster/three-way-merge.ts'

interface Recorded {
  manifests: Record<string, string>
  creates: { recording: string; files: string[]; annotation: string }[]
  patches: { recording: string; files: string[]; live: KubeObject; patch: any; after: KubeObject }[]
}

const recorded: Recorded = JSON.parse(
  readFileSync(new URL('../data/cluster/kubectl-apply.json', import.meta.url), 'utf8'),
)

function objectOf(files: string[], like: { kind: string; metadata: { name: string; namespace?: string } }): KubeObject {
  const object = files
    .flatMap((file) => parseManifest(file, recorded.manifests[file]!))
    .find((one) => one.kind === like.kind && one.metadata.name === like.metadata.name)!
  const { namespace } = like.metadata
  return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } }
}

describe('the annotation of client-side apply', () => {
  it.each(
    recorded.creates.map(
      (entry) =>
        [
          `${entry.recording}: ${JSON.parse(entry.annotation).kind} ${JSON.parse(entry.annotation).metadata.name}`,
          entry,
        ] as const,
    ),
  )('is byte for byte what kubectl wrote: %s', (_name, entry) => {
    expect(lastAppliedConfiguration(objectOf(entry.files, JSON.parse(entry.annotation)))).toBe(entry.annotation)
  })

  it('escapes as Go does and leaves itself out', () => {
    const object: KubeObject = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'c', annotations: { [lastAppliedAnnotation]: 'old', note: 'a<b>&\u2028é' } },
    }
    expect(lastAppliedConfiguration(object)).toBe(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"note":"a\\u003cb\\u003e\\u0026\\u2028é"},"name":"c"}}\n',
    )
  })
})

/** What the server decides or normalises by itself, and so is no matter of the merge. */
function decided({ status: _status, ...object }: KubeObject): unknown {
  const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...metadata } = object.metadata
  // A new port gets its default protocol from the server.
  return JSON.parse(JSON.stringify({ ...object, metadata }), (key, value) =>
    key === 'protocol' && value === 'TCP' ? undefined : value,
  )
}

describe('the three-way merge', () => {
  const core = recorded.patches.filter((entry) => !entry.live.apiVersion.startsWith('projectcalico.org/'))
  it.each(core.map((entry) => [`${entry.recording}: ${entry.live.kind} ${entry.live.metadata.name}`, entry] as const))(
    'gives the object the server had after kubectl: %s',
    (_name, { files, live, after }) => {
      const wanted = withLastApplied(objectOf(files, live))
      expect(decided(threeWayMerge(live.kind, readLastApplied(live), wanted, live))).toEqual(decided(after))
    },
  )

  const calico = recorded.patches.filter((entry) => entry.live.apiVersion.startsWith('projectcalico.org/'))
  it.each(
    calico.map((entry) => [`${entry.recording}: ${entry.live.kind} ${entry.live.metadata.name}`, entry] as const),
  )('makes the same patch as kubectl for Calico kinds: %s', (_name, { files, live, patch }) => {
    const wanted = withLastApplied(objectOf(files, live))
    expect(mergePatch(live, threeWayMerge(live.kind, readLastApplied(live), wanted, live))).toEqual(patch)
  })

  const merge = (kind: string, original: any, modified: any, live: any) => threeWayMerge(kind, original, modified, live)

  it('removes what the manifest no longer has and keeps what others added', () => {
    expect(
      merge('ConfigMap', { data: { a: '1', b: '2' } }, { data: { a: '1' } }, { data: { a: '1', b: '2', other: 'x' } }),
    ).toEqual({ data: { a: '1', other: 'x' } })
  })

  it('keeps a field that was never applied by us', () => {
    expect(merge('ConfigMap', null, { data: { a: '1' } }, { data: { b: '2' } })).toEqual({ data: { a: '1', b: '2' } })
  })

  it('merges containers by name and their ports by number, with the order of the manifest', () => {
    const pod = (containers: unknown[]) => ({ spec: { containers } })
    const live = pod([
      { name: 'injected', image: 'proxy' },
      { name: 'server', image: 'old', imagePullPolicy: 'Always', ports: [{ containerPort: 80, protocol: 'TCP' }] },
      { name: 'dropped', image: 'x' },
    ])
    const original = pod([
      { name: 'server', image: 'old' },
      { name: 'dropped', image: 'x' },
    ])
    const modified = pod([{ name: 'server', image: 'new', ports: [{ containerPort: 80 }, { containerPort: 81 }] }])
    expect(merge('Pod', original, modified, live)).toEqual(
      pod([
        { name: 'injected', image: 'proxy' },
        {
          name: 'server',
          image: 'new',
          imagePullPolicy: 'Always',
          ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }],
        },
      ]),
    )
  })

  it('replaces the lists of network policies whole', () => {
    const policy = (ports: unknown[]) => ({ spec: { ingress: [{ ports }] } })
    expect(
      merge('NetworkPolicy', policy([{ port: 1 }]), policy([{ port: 2 }]), policy([{ port: 1, protocol: 'TCP' }])),
    ).toEqual(policy([{ port: 2 }]))
  })

  it('drops the other member of a union', () => {
    const volumes = (volume: unknown) => ({ spec: { volumes: [volume] } })
    expect(
      merge(
        'Pod',
        volumes({ name: 'v', emptyDir: {} }),
        volumes({ name: 'v', configMap: { name: 'c' } }),
        volumes({ name: 'v', emptyDir: {}, other: 1 }),
      ),
    ).toEqual(volumes({ name: 'v', configMap: { name: 'c' } }))
  })

  it('says nothing when nothing differs', () => {
    const live = { data: { a: '1' }, metadata: { name: 'c', labels: { x: 'y' } } }
    expect(mergePatch(live, merge('ConfigMap', { data: { a: '1' } }, { data: { a: '1' } }, live))).toBeNull()
  })
})
