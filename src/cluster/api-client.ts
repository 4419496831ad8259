/** The port over the API: everything that reads, watches or executes, and single-object writes. */
import { setMaxListeners } from 'node:events'
import { ApiRefusal } from '../errors/catalog/cluster.ts'
import { createRepeatably, refTo } from './create-repeatably.ts'
import { resourcePath } from './discovery.ts'
import { ensureEphemeralContainer } from './ephemeral.ts'
import { execInPod } from './exec.ts'
import { readFeatures } from './features.ts'
import type { KubeApi } from './kube-api.ts'
import { refusalsOf } from './permissions.ts'
import type { ApiSurface, ClusterPort, Executor, KubeObject } from './port.ts'
import { buildProbeScript, readProbeScript } from './probe-script.ts'
import type { Sleep } from './retry.ts'
import { type KubectlTarget, shownCommand, shownExec } from './to-kubectl-args.ts'
import { watchForever } from './watch.ts'

export interface ApiClientOptions {
  api: KubeApi
  executor: Executor
  kubeconfig: string
  isSandbox: boolean
  target: KubectlTarget
  sleep: Sleep
}

export function createApiClient({
  api,
  executor,
  kubeconfig,
  isSandbox,
  target,
  sleep,
}: ApiClientOptions): ClusterPort {
  const { transport } = api
  let surface: Promise<ApiSurface> | null = null
  const closing = new AbortController()
  // Every watch and every exec listens to it.
  setMaxListeners(0, closing.signal)

  async function readSurface(refresh: boolean): Promise<ApiSurface> {
    const { resources, failed } = await api.discovery(refresh)
    // Without it every feature would read as missing.
    const away = failed.get('projectcalico.org/v3')
    if (away) throw away
    const [version, features] = await Promise.all([
      transport.json({ method: 'GET', path: '/version' }).catch((error) => {
        if (error instanceof ApiRefusal) return { gitVersion: 'unknown' }
        throw error
      }),
      readFeatures(transport, resources),
    ])
    return { serverVersion: version.gitVersion ?? 'unknown', resources, features }
  }

  const port: ClusterPort = {
    context: target.context,
    kubeconfig,
    isSandbox,
    server: transport.server,
    executor,
    surface(options = {}) {
      if (!surface || options.refresh) {
        surface = readSurface(options.refresh ?? false)
        surface.catch(() => {
          surface = null
        })
      }
      return surface
    },
    get: (ref) => api.get(ref),
    list: (kind, options) => api.list(kind, options),
    put: (object) => putObject(api, object),
    create: (object, options = {}) => createObject(api, object, options.dryRun ?? false),
    async patch(ref, body) {
      const version = (body as { metadata?: { resourceVersion?: string } } | null)?.metadata?.resourceVersion
      return api.send({
        method: 'PATCH',
        path: await api.path(ref),
        body,
        contentType: 'application/merge-patch+json',
        // With a version the caller means that very state.
        repeatConflict: version === undefined,
      })
    },
    async delete(ref, options = {}) {
      if (!(await api.locate(ref))) return false
      try {
        await transport.send({
          method: 'DELETE',
          path: await api.path(ref),
          body: {
            apiVersion: 'v1',
            kind: 'DeleteOptions',
            propagationPolicy: 'Background',
            ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
            ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
          },
        })
        return true
      } catch (error) {
        if (error instanceof ApiRefusal && error.status === 404) return false
        // Another object of that name: the one meant is gone already.
        if (error instanceof ApiRefusal && error.status === 409 && options.uid !== undefined) return false
        throw error
      }
    },
    async watch(kind, options, onEvent, signal) {
      await watchForever(
        transport,
        {
          async locate() {
            const resource = await api.locate(kind)
            return resource && { path: resourcePath(kind, resource, { namespace: options.namespace }), ...kind }
          },
          query: { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector },
        },
        onEvent,
        sleep,
        AbortSignal.any([signal, closing.signal]),
      )
    },
    exec: (request, signal) =>
      execInPod(transport, request, sleep, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal),
    async probe(batch, signal) {
      const result = await port.exec(
        {
          namespace: batch.namespace,
          pod: batch.pod,
          ...(batch.container === undefined ? {} : { container: batch.container }),
          command: ['sh', '-c', buildProbeScript(batch.probes)],
          deadlineMs: batch.deadlineMs ?? 30_000,
        },
        signal,
      )
      switch (result.kind) {
        case 'no-binary':
          return { kind: 'failed', reason: 'no-shell', message: result.message }
        case 'failed':
          return { kind: 'failed', reason: result.reason, message: result.message }
        case 'exited':
          return {
            kind: 'ran',
            readings: readProbeScript(batch.probes, result.stdout, (command) => shownExec(target, batch, command)),
          }
      }
    },
    shown: (operation) => shownCommand(operation, target),
    shownExec: (place, command) => shownExec(target, place, command),
    ensureEphemeral: (request, signal) => ensureEphemeralContainer(transport, request, sleep, signal),
    async can(verb, { group = '', resource, subresource, namespace, name }) {
      const answer = await api.send({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        // A question, not a change: may be asked twice.
        repeatable: true,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              verb,
              group,
              resource,
              ...(subresource ? { subresource } : {}),
              ...(namespace ? { namespace } : {}),
              ...(name ? { name } : {}),
            },
          },
        },
      })
      return answer.status?.allowed === true
    },
    refusals: (operations) => refusalsOf(operations, port),
    async close() {
      closing.abort(new Error('closed'))
      transport.close()
    },
  }
  return port
}

const conflictAttempts = 6

/** Create, or replace everything but identity and status. Conflicts are read again. */
async function putObject(api: KubeApi, object: KubeObject): Promise<KubeObject> {
  const ref = refTo(object)
  for (let attempt = 0; ; attempt++) {
    const current = await api.get(ref)
    try {
      if (!current) return await createObject(api, object, false)
      return await api.send({ method: 'PUT', path: await api.path(ref), body: replaced(current, object) })
    } catch (error) {
      const again = error instanceof ApiRefusal && (error.status === 409 || error.status === 404)
      if (!again || attempt + 1 >= conflictAttempts) throw error
    }
  }
}

function replaced(current: KubeObject, wanted: KubeObject): KubeObject {
  const { labels: _labels, annotations: _annotations, ...identity } = current.metadata
  return {
    // What the server alone decides (status) and a spec nobody asked to change stay.
    ...(current.status === undefined ? {} : { status: current.status }),
    ...(current.spec === undefined ? {} : { spec: current.spec }),
    ...wanted,
    metadata: {
      ...identity,
      ...(wanted.metadata.labels ? { labels: wanted.metadata.labels } : {}),
      ...(wanted.metadata.annotations ? { annotations: wanted.metadata.annotations } : {}),
    },
  }
}

async function createObject(api: KubeApi, object: KubeObject, dryRun: boolean): Promise<KubeObject> {
  const { resourceVersion: _version, uid: _uid, ...metadata } = object.metadata
  const path = await api.path({
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? api.namespace,
  })
  return createRepeatably(api, refTo(object), {
    method: 'POST',
    path,
    query: dryRun ? { dryRun: 'All', fieldValidation: 'Strict' } : {},
    body: { ...object, metadata },
    ...(dryRun ? { repeatable: true } : {}),
  })
}
