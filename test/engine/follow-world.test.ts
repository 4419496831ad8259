import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorldFollower } from '../../src/engine/follow-world.ts'
import { matrixView } from '../../src/policy/matrix.ts'
import type { KubeObject } from '../../src/policy/model.ts'
import { createWorld } from '../../src/policy/world.ts'
import { type RandomWorld, world } from '../policy/world-arbitrary.ts'

/** The random world's endpoints as pods, as a cluster reports them. */
function objectsOf({ objects, endpoints }: RandomWorld): KubeObject[] {
  const tier: KubeObject = {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name: 'default' },
    spec: { order: 1_000_000 },
  }
  const pods = endpoints.map(
    ({ name, namespace, labels, ports, serviceAccount, ips }): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { ...labels } },
      spec: {
        serviceAccountName: serviceAccount,
        containers: [
          {
            name: 'main',
            ports: (ports ?? []).map((port) => ({ ...port, containerPort: port.port, port: undefined })),
          },
        ],
      },
      status: { phase: 'Running', podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
    }),
  )
  return [tier, ...objects, ...pods]
}

describe('a world that follows a cluster', () => {
  it('says what a world made anew says, whatever changed', () => {
    fc.assert(
      fc.property(fc.array(world, { minLength: 2, maxLength: 5 }), (worlds) => {
        const follow = createWorldFollower()
        for (const objects of worlds.map(objectsOf))
          expect(matrixView(follow(objects))).toEqual(matrixView(createWorld(objects)))
      }),
      { numRuns: 30 },
    )
  })

  it('stays the very same when nothing changed that policy looks at', () => {
    const follow = createWorldFollower()
    const pod = (version: string, labels: Record<string, string> = { app: 'web' }): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: version, labels },
      status: { podIP: '10.0.0.1' },
    })
    const first = follow([pod('1')])
    expect(follow([pod('2')])).toBe(first)
    expect(follow([pod('3', { app: 'db' })])).not.toBe(first)
  })

  it('is another one when an outside name has another address', () => {
    const follow = createWorldFollower()
    const first = follow([], { 'a.example': ['192.0.2.1'] })
    expect(follow([], { 'a.example': ['192.0.2.1'] })).toBe(first)
    expect(follow([], { 'a.example': ['192.0.2.2'] })).not.toBe(first)
  })
})
