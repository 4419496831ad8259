import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0 })
  for (const [name, level] of [
    ['base', 'baseline'],
    ['strict', 'restricted'],
  ]) {
    const labels = { 'pod-security.kubernetes.io/enforce': level }
    await call(sandbox, 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })
  }
})
afterAll(() => sandbox.close())

const create = (namespace: string, spec: object, container: object = {}) =>
  call(sandbox, 'POST', `/api/v1/namespaces/${namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'p-' },
    spec: { ...spec, containers: [{ name: 'c', image: 'nginx', ...container }] },
  })

const FITTING = {
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
}

it.each([
  ['host network', { hostNetwork: true }, {}, 'host namespaces (hostNetwork=true)'],
  [
    'privileged',
    {},
    { securityContext: { privileged: true } },
    'privileged (container "c" must not set securityContext.privileged=true)',
  ],
  [
    'SYS_PTRACE',
    {},
    { securityContext: { capabilities: { add: ['SYS_PTRACE'] } } },
    'non-default capabilities (container "c" must not include "SYS_PTRACE" in securityContext.capabilities.add)',
  ],
])('baseline refuses %s', async (_, spec, container, text) => {
  const { status, body } = await create('base', spec, container)
  expect([status, body.reason]).toEqual([403, 'Forbidden'])
  expect(body.message).toContain(`violates PodSecurity "baseline:latest": ${text}`)
})

it('restricted refuses a plain pod with every rule it breaks, and takes one that keeps them', async () => {
  const refused = await create('strict', {})
  expect(refused.body.message).toContain(
    'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  )
  expect((await create('strict', {}, FITTING)).status).toBe(201)
})

it('judges the whole pod again when an ephemeral container is added', async () => {
  const { body } = await create('strict', {}, FITTING)
  const path = `/api/v1/namespaces/strict/pods/${body.metadata.name}/ephemeralcontainers`
  const stored = (await call(sandbox, 'GET', path)).body
  const withDebug = (extra: object) => ({
    ...stored,
    spec: { ...stored.spec, ephemeralContainers: [{ name: 'd', image: 'busybox', ...extra }] },
  })
  expect((await call(sandbox, 'PUT', path, withDebug({}))).status).toBe(403)
  expect((await call(sandbox, 'PUT', path, withDebug(FITTING))).status).toBe(200)
})
