/** Manifests against the tables of the specification, and against what Calico's API stores. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/policy/model.ts'
import { validate } from '../../src/policy/validate/validate.ts'
import { callGraph, expectedVerdicts, readManifests } from './offline-lab.ts'

const manifests = readManifests()
const data = expectedVerdicts()
const podPort = (service: string): number => data.services[service].podPort
const of = (file: string) => manifests.get(file)! as KubeObject[]

/** caller>callee:port of every rule of the app policies, from one end. */
function edges(objects: readonly KubeObject[], side: 'ingress' | 'egress'): string[] {
  const apps = (selector: string) => [...selector.matchAll(/app == "([^"]+)"/g)].map((match) => match[1]!)
  return objects
    .flatMap(({ spec }) =>
      ((spec![side] ?? []) as any[]).flatMap((rule) =>
        apps(spec!.selector).flatMap((self) =>
          rule.destination.ports.flatMap((port: number) =>
            apps((side === 'ingress' ? rule.source?.selector : rule.destination.selector) ?? '').map((other) =>
              side === 'ingress' ? `${other}>${self}:${port}` : `${self}>${other}:${port}`,
            ),
          ),
        ),
      ),
    )
    .sort()
}

/** The shop's real calls, and the one of the table that no code makes. */
const real = [...callGraph, ['loadgenerator', 'frontend'] as const]
const flows = [...real, ['checkoutservice', 'adservice'] as const]
  .map(([from, to]) => `${from}>${to}:${podPort(to)}`)
  .sort()

describe('app policies', () => {
  it('are the 17 flows of the table, at both ends', () => {
    expect(flows).toHaveLength(17)
    expect(edges(of('calico/06-app.yaml'), 'egress')).toEqual(flows)
    // frontend takes connections from anywhere, so loadgenerator is not named there.
    expect(edges(of('calico/06-app.yaml'), 'ingress')).toEqual(
      flows.filter((flow) => flow !== 'loadgenerator>frontend:8080'),
    )
  })

  it('lose exactly the flow that no workload declares in the last step', () => {
    const tightened = [
      ...of('calico/06-app.yaml').filter(
        ({ metadata }) => !of('calico/08-tighten.yaml').some((other) => other.metadata.name === metadata.name),
      ),
      ...of('calico/08-tighten.yaml'),
    ]
    expect(edges(tightened, 'egress')).toEqual(flows.filter((flow) => flow !== 'checkoutservice>adservice:9555'))
    expect(edges(tightened, 'ingress')).not.toContain('checkoutservice>adservice:9555')
  })
})

describe('the shop', () => {
  const shop = of('shop/hipstershop.yaml')
  const deployments = shop.filter(({ kind }) => kind === 'Deployment')

  it('has the twelve workloads, listening where expected-verdicts.json says', () => {
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([...data.workloads].sort())
    for (const service of shop.filter(
      ({ kind, metadata }) => kind === 'Service' && metadata.name !== 'frontend-external',
    )) {
      const { port, targetPort } = service.spec!.ports[0]
      expect({ servicePort: port, podPort: targetPort }, service.metadata.name).toEqual(
        data.services[service.metadata.name],
      )
      const deployment = deployments.find(({ metadata }) => metadata.name === service.metadata.name)!
      expect(deployment.spec!.template.spec.containers[0].ports).toEqual([{ containerPort: targetPort }])
    }
  })

  it('declares its call graph in the environment', () => {
    const declared = deployments.flatMap(({ metadata, spec }) =>
      (spec!.template.spec.containers[0].env ?? [])
        .filter(({ name }: { name: string }) => name.endsWith('_ADDR'))
        .map(({ value }: { value: string }) => value.split(':') as [string, string])
        .filter(([service]: [string, string]) => service in data.services)
        .map(([service, port]: [string, string]) => {
          expect(Number(port), `${metadata.name} dials ${service}`).toBe(data.services[service].servicePort)
          return `${metadata.name}>${service}`
        }),
    )
    expect(declared.sort()).toEqual(real.map(([from, to]) => `${from}>${to}`).sort())
  })

  it('runs under the security context of v0.10.5, one service account each but redis-cart', () => {
    for (const { metadata, spec } of deployments) {
      const pod = spec!.template.spec
      expect(pod.securityContext).toEqual({ fsGroup: 1000, runAsGroup: 1000, runAsNonRoot: true, runAsUser: 1000 })
      expect(pod.containers[0].securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(pod.serviceAccountName).toBe(metadata.name === 'redis-cart' ? undefined : metadata.name)
      expect(pod.containers[0].name).toBe({ 'redis-cart': 'redis', loadgenerator: 'main' }[metadata.name] ?? 'server')
    }
  })
})

describe('NetworkPolicies', () => {
  const policies = [...manifests]
    .filter(([file]) => /^netpol\/0/.test(file))
    .flatMap(([, objects]) => objects as KubeObject[])

  it('are the 17 of the diagram, by name, pod port and caller', () => {
    const ours = policies.map(({ metadata, spec }) => ({
      name: metadata.name,
      podSelector: spec!.podSelector.matchLabels.app,
      from: spec!.ingress[0].from?.[0].podSelector.matchLabels.app ?? null,
      podPort: spec!.ingress[0].ports[0].port,
    }))
    const expected = data.blog.policies.map(({ name, podSelector, from, podPort: port }: Record<string, unknown>) => ({
      name,
      podSelector,
      from,
      podPort: port,
    }))
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
    expect(ours.sort(byName)).toEqual(expected.sort(byName))
    expect(ours).toHaveLength(17)
  })
})

describe('what the API server stores', () => {
  const calico = [...manifests].filter(([file]) => file.startsWith('calico/'))

  it('would refuse none of the objects', () => {
    for (const [file, objects] of calico) {
      for (const object of objects)
        expect(validate(object, { domains: file.includes('domains') }).issues, object.metadata.name).toEqual([])
    }
  })

  it('would add nothing that a second apply then changes: types are given, ports are numbers, nothing is empty', () => {
    for (const [file, objects] of calico) {
      for (const { kind, metadata, spec } of objects) {
        if (/Policy$/.test(kind)) {
          expect(spec!.types, metadata.name).toBeDefined()
          expect(spec!.tier, metadata.name).toBeDefined()
          // Up to 3.31 a policy outside the default tier must carry the tier's name.
          expect(metadata.name.startsWith(`${spec!.tier}.`), metadata.name).toBe(true)
        }
        if (kind === 'Tier') expect(spec!.defaultAction).toBe('Deny')
        if (file.endsWith('nets-set.yaml')) continue // a template: the addresses come later
        expect(JSON.stringify(spec), metadata.name).not.toMatch(/\{\}|\[\]|null/)
        for (const rule of [...(spec!.ingress ?? []), ...(spec!.egress ?? [])]) {
          for (const port of rule.destination?.ports ?? []) expect(typeof port).toBe('number')
        }
      }
    }
  })
})
