import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterPort, KubeObject, WatchEvent } from '../../src/cluster/port.ts'
import { kubectl, noKubectl, places, titled } from './places.ts'

const namespace = 'hw-test-port'
const image = 'wbitt/network-multitool'
const v1 = 'v1'
const shellless = 'us-central1-docker.pkg.dev/google-samples/microservices-demo/frontend:v0.10.5'

describe.each(places)('the port on $name', (place) => {
  it.runIf(place.skipped)(titled(place), (context) => context.skip(place.skipped!))
  if (place.skipped) return

  let port: ClusterPort
  const pod = (name: string, spec: object): KubeObject => ({
    apiVersion: v1,
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, ...spec },
  })
  const config = (name: string, data: Record<string, string>): KubeObject => ({
    apiVersion: v1,
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { a: 'b' }, annotations: { note: 'x' } },
    data,
  })
  const ready = (name: string) =>
    port.executor.run({ kind: 'wait', resource: 'pod', namespace, name, condition: 'Ready', timeoutSeconds: 60 })

  beforeAll(async () => {
    port = await place.connect('api')
    await port.executor.run({ kind: 'create-namespace', name: namespace })
    await port.create(pod('tool', { containers: [{ name: 'tool', image, command: ['sleep', '86400'] }] }))
    await port.create(
      pod('bare', { securityContext: { runAsUser: 1000 }, containers: [{ name: 'server', image: shellless }] }),
    )
    for (const name of ['tool', 'bare']) expect(await ready(name)).toMatchObject({ ok: true })
  }, 90_000)
  afterAll(async () => {
    await port.executor.run({
      kind: 'delete-object',
      resource: 'namespace',
      ref: { apiVersion: v1, kind: 'Namespace', name: namespace },
    })
    await port.close()
  }, 90_000)

  it('tells what the API serves', async () => {
    const surface = await port.surface()
    expect(surface.serverVersion).toMatch(/^v1\.\d+/)
    expect(surface.resources.get('apps/v1')).toContainEqual(
      expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true }),
    )
    expect(surface.features).toMatchObject({
      calico: true,
      calicoApi: true,
      tiers: true,
      staged: true,
      domains: false,
      edition: 'open-source',
    })
  })

  it('gets null and lists nothing where there is nothing, also for kinds that are not served', async () => {
    expect(await port.get({ apiVersion: v1, kind: 'ConfigMap', namespace, name: 'nosuch' })).toBeNull()
    expect(await port.get({ apiVersion: 'nosuch.example/v1', kind: 'Thing', name: 'x' })).toBeNull()
    expect(await port.list({ apiVersion: 'nosuch.example/v1', kind: 'Thing' })).toEqual([])
    expect(await port.list({ apiVersion: v1, kind: 'ConfigMap' }, { namespace, labelSelector: 'no=such' })).toEqual([])
  })

  it('lists objects with their kind', async () => {
    const pods = await port.list({ apiVersion: v1, kind: 'Pod' }, { namespace, labelSelector: 'app in (tool)' })
    expect(pods).toMatchObject([{ apiVersion: v1, kind: 'Pod', metadata: { name: 'tool' } }])
  })

  it('puts an object, makes it when it is missing, and drops what is no longer wanted', async () => {
    expect(await port.put(config('c', { a: '1', b: '2' }))).toMatchObject({ data: { a: '1', b: '2' } })
    const changed = await port.put({
      ...config('c', { b: '3' }),
      metadata: { name: 'c', namespace, labels: { c: 'd' } },
    })
    expect(changed).toMatchObject({ data: { b: '3' } })
    expect(changed.data).not.toHaveProperty('a')
    expect(changed.metadata.labels).toEqual({ c: 'd' })
    expect(changed.metadata.annotations ?? {}).toEqual({})
  })

  it('puts over a conflict', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, index) => port.put(config('contested', { [`k${index}`]: '1' }))))
    expect(
      Object.keys((await port.get({ apiVersion: v1, kind: 'ConfigMap', namespace, name: 'contested' }))!.data),
    ).toHaveLength(1)
  })

  it('creates, refuses to create twice, and changes nothing in a dry run', async () => {
    await port.create(config('dry', { a: '1' }), { dryRun: true })
    expect(await port.get({ apiVersion: v1, kind: 'ConfigMap', namespace, name: 'dry' })).toBeNull()
    await port.create(config('made', { a: '1' }))
    await expect(port.create(config('made', { a: '2' }))).rejects.toMatchObject({
      status: 409,
      reason: 'AlreadyExists',
    })
    await expect(
      port.create({ apiVersion: 'nosuch.example/v1', kind: 'Thing', metadata: { name: 'x' } }),
    ).rejects.toMatchObject({ code: 'KIND_NOT_SERVED' })
  })

  it('patches and deletes, and says whether there was something', async () => {
    await port.put(config('gone', { a: '1' }))
    const ref = { apiVersion: v1, kind: 'ConfigMap', namespace, name: 'gone' }
    expect(await port.patch(ref, { data: { a: null, b: '2' } })).toMatchObject({ data: { b: '2' } })
    expect(await port.delete(ref, { uid: '00000000-0000-0000-0000-000000000000' })).toBe(false)
    expect(await port.get(ref)).not.toBeNull()
    expect(await port.delete(ref)).toBe(true)
    expect(await port.delete(ref)).toBe(false)
  })

  it('watches: a full list first, then every change, until it is told to stop', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    const waiting = new Map<string, () => void>()
    const until = (line: string) =>
      seen.includes(line) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(line, resolve))
    const note = (event: WatchEvent) => {
      const line =
        event.type === 'synced'
          ? 'synced'
          : event.type === 'lost'
            ? `lost ${event.reason}`
            : `${event.type} ${event.object.kind} ${event.object.metadata.name}`
      seen.push(line)
      waiting.get(line)?.()
    }
    const watching = port.watch(
      { apiVersion: v1, kind: 'ConfigMap' },
      { namespace, labelSelector: 'a=b' },
      note,
      stop.signal,
    )
    await until('synced')
    await port.put(config('watched', { a: '1' }))
    await until('added ConfigMap watched')
    await port.put(config('watched', { a: '2' }))
    await until('modified ConfigMap watched')
    await port.delete({ apiVersion: v1, kind: 'ConfigMap', namespace, name: 'watched' })
    await until('deleted ConfigMap watched')
    stop.abort(new Error('enough'))
    await watching
    expect(seen.filter((line) => line.startsWith('lost'))).toEqual([])
  })

  it('runs commands in pods', async () => {
    expect(
      await port.exec({ namespace, pod: 'tool', command: ['sh', '-c', 'echo out; echo err >&2; exit 7'] }),
    ).toEqual({ kind: 'exited', exitCode: 7, stdout: 'out\n', stderr: 'err\n' })
    expect(await port.exec({ namespace, pod: 'nosuch', command: ['true'] })).toMatchObject({
      kind: 'failed',
      reason: 'pod-missing',
    })
    expect(await port.exec({ namespace, pod: 'tool', container: 'nosuch', command: ['true'] })).toMatchObject({
      kind: 'failed',
      reason: 'container-missing',
    })
    expect(await port.exec({ namespace, pod: 'tool', command: ['nosuchtool'] })).toMatchObject({ kind: 'no-binary' })
    expect(await port.exec({ namespace, pod: 'bare', command: ['sh', '-c', 'true'] })).toMatchObject({
      kind: 'no-binary',
    })
  })

  it('probes everything in one exec, and gives lines that can be pasted', async () => {
    const ip = (await port.get({ apiVersion: v1, kind: 'Pod', namespace, name: 'tool' }))!.status!.podIP
    const result = await port.probe({
      namespace,
      pod: 'tool',
      probes: [
        { key: 'open', tool: 'nc', host: 'kubernetes.default', port: 443 },
        { key: 'closed', tool: 'nc', host: ip, port: 99 },
        { key: 'name', tool: 'nc', host: 'nosuch', port: 80 },
        { key: 'dig', tool: 'dig', host: 'kubernetes.default.svc.cluster.local' },
      ],
    })
    if (result.kind !== 'ran') throw new Error(result.message)
    expect([...result.readings].map(([key, reading]) => [key, reading.outcome])).toEqual([
      ['open', 'open'],
      ['closed', 'refused'],
      ['name', 'name-not-resolved'],
      ['dig', 'open'],
    ])
    const evidence = result.readings.get('open')!.evidence
    expect(evidence.command).toMatch(
      /^kubectl --kubeconfig \S+ (--context \S+ )?exec -n hw-test-port tool -- nc -zvw 3 kubernetes\.default 443$/,
    )
    expect(
      await port.probe({ namespace, pod: 'bare', probes: [{ key: 'x', tool: 'nc', host: 'h', port: 1 }] }),
    ).toMatchObject({ kind: 'failed', reason: 'no-shell' })
  })

  it.skipIf(noKubectl)('shows evidence that says the same when it is pasted', async () => {
    const result = await port.probe({
      namespace,
      pod: 'tool',
      probes: [{ key: 'k', tool: 'nc', host: 'kubernetes.default', port: 443 }],
    })
    if (result.kind !== 'ran') throw new Error(result.message)
    const line = result.readings.get('k')!.evidence.command.replace(/^kubectl/, `'${kubectl}'`)
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line} 2>&1`], {
      env: { ...process.env, KUBERC: 'off' },
    })
    expect(stdout).toContain('open')
  })

  it('puts a probe container into a pod without a shell, and finds it again', async () => {
    const request = {
      namespace,
      pod: 'bare',
      name: 'hw-probe',
      image,
      profile: 'restricted' as const,
      deadlineMs: 30_000,
    }
    expect(await port.ensureEphemeral(request)).toEqual({ kind: 'running', container: 'hw-probe' })
    expect(await port.ensureEphemeral(request)).toEqual({ kind: 'running', container: 'hw-probe' })
    const there = await port.get({ apiVersion: v1, kind: 'Pod', namespace, name: 'bare' })
    expect(there!.spec!.ephemeralContainers).toHaveLength(1)
    expect(there!.spec!.ephemeralContainers[0].securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
    })
    const result = await port.probe({
      namespace,
      pod: 'bare',
      container: 'hw-probe',
      probes: [{ key: 'k', tool: 'nc', host: 'kubernetes.default', port: 443 }],
    })
    expect(result.kind === 'ran' && result.readings.get('k')!.outcome).toBe('open')
  }, 60_000)

  it('says why a probe container cannot run', async () => {
    const request = {
      namespace,
      pod: 'tool',
      name: 'hw-broken',
      image: 'nosuch.invalid/nosuch:1',
      profile: 'baseline' as const,
      deadlineMs: 20_000,
    }
    expect(await port.ensureEphemeral({ ...request, pod: 'nosuch' })).toMatchObject({
      kind: 'failed',
      reason: 'pod-missing',
    })
    expect(await port.ensureEphemeral(request)).toMatchObject({
      kind: 'failed',
      reason: 'image',
      message: expect.stringContaining('nosuch'),
    })
  }, 60_000)

  it('knows what this user may do', async () => {
    expect(await port.can('patch', { resource: 'pods', subresource: 'ephemeralcontainers', namespace })).toBe(true)
  })
})
