import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectl } from './find-kubectl.ts'
import { podManifest } from './send.ts'
import { Kubectl, startApi, type TestApi } from './start-api.ts'

const found = findKubectl()
const title = 'path' in found ? 'real kubectl' : `real kubectl (skipped: ${found.missing})`

describe.skipIf('missing' in found)(title, () => {
  let api: TestApi
  let kubectl: Kubectl
  const binary = 'path' in found ? found.path : ''
  const run = (line: string, stdin = '', options: { cold?: boolean; env?: Record<string, string> } = {}) =>
    kubectl.run(line.split(' '), { stdin, ...options })
  const applied = (manifest: object, line = 'apply -f -') => run(line, JSON.stringify(manifest))

  beforeAll(async () => {
    api = await startApi()
    kubectl = new Kubectl(binary, api.kubeconfig)
    await applied({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  })
  afterAll(async () => {
    kubectl?.dispose()
    await api.close()
  })

  it('discovers, cold and warm, and resolves names as a cluster does', async () => {
    const cold = await run('api-resources --api-group=projectcalico.org -o name', '', { cold: true })
    expect(cold.stdout).toContain('globalnetworkpolicies.projectcalico.org')
    expect((await run('get gnp -o name')).code).toBe(0)
    // The Kubernetes kind comes first.
    await applied({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'k8s', namespace: 'shop' },
      spec: { podSelector: {} },
    })
    expect((await run('get networkpolicies -n shop -o name')).stdout).toBe('networkpolicy.networking.k8s.io/k8s\n')
    expect((await run('get networkpolicies.p -n shop -o name')).code).toBe(0)
  })

  it('creates by generators, which send protobuf', async () => {
    for (const line of [
      'create ns made',
      'create cm c --from-literal=a=b -n made',
      'create secret generic s --from-literal=a=b -n made',
      'create sa u -n made',
      'create deploy d --image=nginx --replicas=0 -n made',
      'create svc clusterip x --tcp=80:8080 -n made',
      'create role r --verb=get --resource=pods -n made',
    ]) {
      expect(await run(line)).toMatchObject({ code: 0 })
    }
    expect(api.store.get('deployments.apps', 'made', 'd')?.spec.replicas).toBe(0)
    expect(api.store.get('secrets', 'made', 's')?.data).toEqual({ a: 'Yg==' })
    expect(api.store.get('services', 'made', 'x')?.spec.ports[0]).toMatchObject({ port: 80, targetPort: 8080 })
    expect((await run('auth can-i delete pods')).stdout).toBe('yes\n')
    expect((await run('create token u -n made')).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n?$/)
  })

  it('applies: created, unchanged, configured; diff tells first', async () => {
    const pod = podManifest('web', 'shop')
    expect((await applied(pod)).stdout).toBe('pod/web created\n')
    expect((await applied(pod)).stdout).toBe('pod/web unchanged\n')
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'security.deny' },
      spec: { tier: 'security', order: 10, selector: 'all()', types: ['Ingress'], ingress: [{ action: 'Deny' }] },
    }
    expect((await applied(policy, 'apply --dry-run=server -f -')).code).toBe(0)
    expect(api.store.get('globalnetworkpolicies.projectcalico.org', undefined, 'security.deny')).toBeUndefined()
    expect((await applied(policy)).code).toBe(0)
    expect((await applied(policy, 'diff -f -')).code).toBe(0)
    const changed = { ...policy, spec: { ...policy.spec, order: 11 } }
    expect((await applied(changed, 'diff -f -')).code).toBe(1)
    expect((await applied(changed)).stdout).toContain('configured')
    const strict = await applied({ ...pod, metadata: { name: 'y', namespace: 'shop' }, spec: { ...pod.spec, foo: 1 } })
    expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining('unknown field "spec.foo"')])
    expect((await run('delete tier security')).stderr).toContain('Cannot delete a non-empty tier')
  })

  it('moves from client-side to server-side apply', async () => {
    const config = (data: Record<string, string>) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'moved', namespace: 'shop' },
      data,
    })
    await applied(config({ a: '1', b: '2' }))
    const changed = await applied(config({ a: '1', b: '3' }), 'apply --server-side -f -')
    expect([changed.code, changed.stderr]).toEqual([
      1,
      expect.stringContaining('conflict with "kubectl-client-side-apply" using v1: .data.b'),
    ])
    expect(await applied(config({ a: '1', b: '2' }), 'apply --server-side -f -')).toMatchObject({ code: 0 })
    await applied(config({ a: '1' }), 'apply --server-side -f -')
    expect(api.store.get('configmaps', 'shop', 'moved')?.data).toEqual({ a: '1' })
    const conflict = await applied(config({ a: '9' }), 'apply --server-side --field-manager=other -f -')
    expect([conflict.code, conflict.stderr]).toEqual([1, expect.stringContaining('conflict with "kubectl": .data.a')])
  })

  it('labels, patches, edits, sets and replaces', async () => {
    await applied(podManifest('two', 'shop'))
    expect((await run('label pods --all pci=true -n shop')).code).toBe(0)
    expect((await run('get pods -n shop -l pci=true -o name')).stdout.trim().split('\n').length).toBeGreaterThan(1)
    expect((await run('label pod two pci- -n shop')).code).toBe(0)
    expect(api.store.get('pods', 'shop', 'two')?.metadata.labels).toEqual({ app: 'two' })
    expect((await kubectl.run(['patch', 'tier', 'security', '-p', '{"spec":{"order":7}}'])).code).toBe(0)
    const editor = join(kubectl.home, 'editor')
    writeFileSync(editor, '#!/bin/sh\nsed -i "s/order: 7/order: 8/" "$1"\n', { mode: 0o755 })
    expect((await run('edit tier security', '', { env: { EDITOR: editor } })).code).toBe(0)
    expect(api.store.get('tiers.projectcalico.org', undefined, 'security')?.spec.order).toBe(8)
    await run('create deploy dd --image=nginx:1 -n shop')
    for (const line of [
      'set image deploy/dd nginx=nginx:2 -n shop',
      'set env deploy/dd A=B -n shop',
      'scale deploy dd --replicas=2 -n shop',
      'rollout restart deploy/dd -n shop',
    ]) {
      expect(await run(line)).toMatchObject({ code: 0 })
    }
    expect(api.store.get('deployments.apps', 'shop', 'dd')?.spec).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ name: 'nginx', image: 'nginx:2', env: [{ name: 'A', value: 'B' }] }] } },
    })
    const tier = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name: 'security' },
      spec: { order: 5 },
    }
    expect((await applied(tier, 'replace -f -')).code).toBe(0)
    expect((await kubectl.run(['debug', 'two', '-n', 'shop', '--image=busybox', '--attach=false'])).code).toBe(0)
    expect(api.store.get('pods', 'shop', 'two')?.spec.ephemeralContainers).toHaveLength(1)
  })

  it('prints tables, wide ones, and explains kinds', async () => {
    expect((await run('get pods -n shop -o wide')).stdout.split('\n')[0]).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/,
    )
    expect((await run('get tiers')).stdout.split('\n')[0]).toMatch(/^NAME +CREATED AT$/)
    expect((await run('explain tier.spec.order')).stdout).toContain('higher "order" are applied after')
    for (const line of [
      'describe pod web -n shop',
      'describe ns shop',
      'describe tier security',
      'describe deploy dd -n shop',
      'get all -n shop',
      'events -n shop',
      'cluster-info',
    ]) {
      expect(await run(line)).toMatchObject({ code: 0 })
    }
    expect((await run('top nodes')).stderr).toContain('Metrics API not available')
    expect((await run('get pod x -n nosuch')).stderr).toContain('namespaces "nosuch" not found')
  })

  it('waits and deletes, with and without WatchList', async () => {
    for (const env of [{}, { KUBE_FEATURE_WatchListClient: 'true' }]) {
      await applied(podManifest('gone', 'shop'))
      const waiting = run('wait --for=delete pod/gone -n shop --timeout=10s', '', { env })
      const ready = run('wait --for=jsonpath={.metadata.labels.x}=y pod/gone -n shop --timeout=10s', '', { env })
      expect((await run('label pod gone x=y -n shop')).code).toBe(0)
      expect((await ready).code).toBe(0)
      expect((await run('delete pod gone -n shop', '', { env })).code).toBe(0)
      expect((await waiting).code).toBe(0)
    }
  })

  it('follows changes with get -w', async () => {
    const child = spawn(binary, ['get', 'tiers', '-w', '-o', 'name'], {
      env: { PATH: process.env.PATH, HOME: kubectl.home, KUBECONFIG: `${kubectl.home}/config`, KUBERC: 'off' },
    })
    const lines: string[] = []
    const seen = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        lines.push(...String(chunk).trim().split('\n'))
        if (lines.includes('tier.projectcalico.org/default') && !lines.includes('tier.projectcalico.org/late'))
          void run(
            'create -f -',
            JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'late' } }),
          )
        if (lines.includes('tier.projectcalico.org/late')) resolve()
      })
    })
    await seen
    child.kill('SIGINT')
  })
})
