import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { podManifest, send, watch } from './send.ts'
import { startApi, type TestApi, TOKEN } from './start-api.ts'

let api: TestApi
const bugs: unknown[] = []
const PODS = '/api/v1/namespaces/default/pods'
const TIERS = '/apis/projectcalico.org/v3/tiers'

beforeAll(async () => {
  api = await startApi({ deps: { onBug: (error) => bugs.push(error) } })
})
afterAll(async () => {
  await api.close()
  expect(bugs).toEqual([])
})

describe('who may ask', () => {
  it('answers 401 without a token or with a wrong one, on every path', async () => {
    for (const path of ['/', '/version', '/api', '/openapi/v3', '/healthz', PODS, `${PODS}?watch=true`, '/nosuch']) {
      for (const token of [null, 'wrong', '']) {
        const answer = await send(api, { path, token })
        expect([path, answer.status]).toEqual([path, 401])
        expect(answer.body.reason).toBe('Unauthorized')
      }
    }
  })

  it('refuses web pages: any Origin, and a Host that is not this server', async () => {
    expect((await send(api, { path: '/api', headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect((await send(api, { path: '/api', headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await send(api, { path: '/api', headers: { host: `127.0.0.1:${api.port + 1}` } })).status).toBe(403)
    expect((await send(api, { path: '/api', headers: { host: `localhost:${api.port}` } })).status).toBe(200)
  })

  it('lets service accounts do what their roles allow, and nothing else', async () => {
    await send(api, {
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts',
      body: { metadata: { name: 'viewer' } },
    })
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]
    await send(api, { method: 'POST', path: `${rbac}/roles`, body: { metadata: { name: 'viewer' }, rules } })
    await send(api, {
      method: 'POST',
      path: `${rbac}/rolebindings`,
      body: {
        metadata: { name: 'viewer' },
        roleRef: { kind: 'Role', name: 'viewer' },
        subjects: [{ kind: 'ServiceAccount', name: 'viewer', namespace: 'default' }],
      },
    })
    const issued = await send(api, {
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/viewer/token',
      body: {},
    })
    const { token } = issued.body.status
    expect((await send(api, { path: PODS, token })).status).toBe(200)
    const denied = await send(api, { path: '/api/v1/namespaces/kube-system/pods', token })
    expect(denied.body).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "system:serviceaccount:default:viewer" cannot list resource "pods" in API group "" in the namespace "kube-system"',
    })
    expect((await send(api, { method: 'POST', path: PODS, body: podManifest('x'), token })).status).toBe(403)
    const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const ask = (verb: string) => ({ spec: { resourceAttributes: { verb, resource: 'pods', namespace: 'default' } } })
    expect((await send(api, { method: 'POST', path: review, body: ask('list'), token })).body.status.allowed).toBe(true)
    expect((await send(api, { method: 'POST', path: review, body: ask('create'), token })).body.status.allowed).toBe(
      false,
    )
    expect((await send(api, { path: PODS, token: `${token}x` })).status).toBe(401)
  })
})

describe('paths', () => {
  it('tells unknown paths from unknown resources', async () => {
    const unknown = await send(api, { path: '/nosuch' })
    expect([unknown.status, unknown.text]).toEqual([404, '404 page not found\n'])
    const resource = await send(api, { path: '/api/v1/nosuch' })
    expect(resource.body).toMatchObject({ code: 404, message: 'the server could not find the requested resource' })
    expect((await send(api, { path: '/api/v1/namespaces/default/../../etc' })).status).toBe(404)
    expect((await send(api, { path: '/%ff%fe' })).status).toBe(404)
  })

  it('answers 304 to a client that has discovery already', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
    const first = await send(api, { path: '/apis', headers: { accept } })
    expect(first.headers['content-type']).toBe(accept)
    const again = await send(api, { path: '/apis', headers: { accept, 'if-none-match': String(first.headers.etag) } })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})

describe('writes', () => {
  it('fills defaults and refuses what is wrong with one cause per field', async () => {
    const created = await send(api, { method: 'POST', path: PODS, body: podManifest('one') })
    expect(created.status).toBe(201)
    expect(created.body.spec).toMatchObject({
      restartPolicy: 'Always',
      securityContext: {},
      serviceAccountName: 'default',
    })
    expect(created.body.spec.containers[0]).toMatchObject({ imagePullPolicy: 'IfNotPresent', resources: {} })
    const bad = {
      metadata: { name: 'Bad_Name' },
      spec: { containers: [{ name: 'A', image: 'x', ports: [{ containerPort: 70000 }] }] },
    }
    const refused = await send(api, { method: 'POST', path: PODS, body: bad })
    expect(refused.status).toBe(422)
    expect(refused.body.details.causes.map((cause: any) => cause.field)).toEqual([
      'metadata.name',
      'spec.containers[0].name',
      'spec.containers[0].ports[0].containerPort',
    ])
  })

  it('looks for unknown and doubled fields as asked', async () => {
    const text =
      '{"metadata":{"name":"strict","name":"strict"},"spec":{"containers":[{"name":"c","image":"x","foo":1}]}}'
    const strict = await send(api, { method: 'POST', path: `${PODS}?fieldValidation=Strict`, body: text })
    expect(strict.body.message).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: duplicate field "metadata.name", unknown field "spec.containers[0].foo"',
    )
    const warned = await send(api, { method: 'POST', path: `${PODS}?dryRun=All`, body: text })
    expect(warned.status).toBe(201)
    expect(warned.headers.warning).toContain('unknown field')
    expect(warned.body.spec.containers[0].foo).toBeUndefined()
  })

  it('stores nothing on a dry run', async () => {
    const { revision } = api.store
    expect((await send(api, { method: 'POST', path: `${PODS}?dryRun=All`, body: podManifest('dry') })).status).toBe(201)
    expect((await send(api, { method: 'DELETE', path: `${PODS}/one?dryRun=All` })).status).toBe(200)
    expect(api.store.revision).toBe(revision)
  })

  it('answers 409 to a patch that carries an old resourceVersion, and keeps the revision when nothing changes', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const patch = (body: object) => send(api, { method: 'PATCH', path: `${PODS}/one`, body, headers })
    const first = await patch({ metadata: { labels: { x: '1' } } })
    expect((await patch({ metadata: { labels: { x: '1' } } })).body.metadata.resourceVersion).toBe(
      first.body.metadata.resourceVersion,
    )
    const stale = await patch({ metadata: { resourceVersion: '1', labels: { x: '2' } } })
    expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict' })
  })

  it('refuses bodies that are too big, too deep or no JSON', async () => {
    const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`
    expect((await send(api, { method: 'POST', path: PODS, body: deep })).status).toBe(400)
    expect((await send(api, { method: 'POST', path: PODS, body: '{' })).status).toBe(400)
    expect((await send(api, { method: 'POST', path: PODS, body: '[]' })).status).toBe(400)
    const huge = await send(api, { method: 'POST', path: PODS, body: 'x'.repeat(3 * 1024 * 1024 + 1) }).catch(() => ({
      status: 413,
    }))
    expect(huge.status).toBe(413)
  })

  it('keeps prototypes clean', async () => {
    const text =
      '{"metadata":{"name":"proto","labels":{"__proto__":"x","constructor":"y"}},"spec":{"containers":[{"name":"c","image":"x"}]}}'
    await send(api, { method: 'POST', path: PODS, body: text })
    expect(({} as any).x).toBeUndefined()
    const patch = await send(api, {
      method: 'PATCH',
      path: `${PODS}/one`,
      body: '[{"op":"add","path":"/__proto__/polluted","value":1}]',
      headers: { 'content-type': 'application/json-patch+json' },
    })
    expect(patch.status).toBeGreaterThanOrEqual(400)
    expect(({} as any).polluted).toBeUndefined()
  })

  it('decodes protobuf bodies and refuses garbage', async () => {
    const namespace = Buffer.from('azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhsKEwoDcmVjEgAaACIAKgAyADgAQgASABoCCgAaACIA', 'base64')
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' }
    const created = await send(api, { method: 'POST', path: '/api/v1/namespaces', body: namespace, headers })
    expect([created.status, created.body.metadata?.name]).toEqual([201, 'rec'])
    for (let length = 4; length < namespace.length; length += 3) {
      const cut = await send(api, {
        method: 'POST',
        path: '/api/v1/namespaces',
        body: namespace.subarray(0, length),
        headers,
      })
      expect(cut.status).toBeGreaterThanOrEqual(400)
      expect(cut.status).toBeLessThan(500)
    }
  })
})

describe('deletes', () => {
  it('gives a running pod its grace and removes one that never ran', async () => {
    await send(api, { method: 'POST', path: PODS, body: podManifest('pending') })
    await send(api, { method: 'DELETE', path: `${PODS}/pending` })
    expect(api.store.get('pods', 'default', 'pending')).toBeUndefined()
    await send(api, {
      method: 'POST',
      path: PODS,
      body: { ...podManifest('running'), spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] } },
    })
    const marked = await send(api, { method: 'DELETE', path: `${PODS}/running`, body: { gracePeriodSeconds: 7 } })
    expect(marked.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 7, generation: 2 })
    expect(api.store.get('pods', 'default', 'running')).toBeDefined()
    await send(api, { method: 'DELETE', path: `${PODS}/running`, body: { gracePeriodSeconds: 0 } })
    expect(api.store.get('pods', 'default', 'running')).toBeUndefined()
  })

  it('leaves a namespace terminating and refuses new things in it', async () => {
    await send(api, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'going' } } })
    const answer = await send(api, { method: 'DELETE', path: '/api/v1/namespaces/going' })
    expect(answer.body.status.phase).toBe('Terminating')
    const refused = await send(api, {
      method: 'POST',
      path: '/api/v1/namespaces/going/pods',
      body: podManifest('x', 'going'),
    })
    expect(refused.body).toMatchObject({ code: 403, details: { causes: [{ reason: 'NamespaceTerminating' }] } })
  })

  it('keeps an object until its last finalizer is gone', async () => {
    const path = '/api/v1/namespaces/default/configmaps'
    await send(api, { method: 'POST', path, body: { metadata: { name: 'held', finalizers: ['a/b'] } } })
    const answer = await send(api, { method: 'DELETE', path: `${path}/held` })
    expect(answer.body).toMatchObject({ kind: 'ConfigMap', metadata: { deletionGracePeriodSeconds: 0 } })
    await send(api, {
      method: 'PATCH',
      path: `${path}/held`,
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect((await send(api, { path: `${path}/held` })).status).toBe(404)
  })
})

describe('lists', () => {
  it('pages, and says what remains', async () => {
    const path = '/api/v1/namespaces/default/configmaps'
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5'])
      await send(api, { method: 'POST', path, body: { metadata: { name } } })
    const names: string[] = []
    let next: string | undefined = ''
    let pages = 0
    while (next !== undefined) {
      const page = await send(api, { path: `${path}?limit=2${next ? `&continue=${next}` : ''}` })
      names.push(...page.body.items.map((item: any) => item.metadata.name))
      next = page.body.metadata.continue
      pages++
    }
    expect(names).toEqual(['p1', 'p2', 'p3', 'p4', 'p5'])
    expect(pages).toBe(3)
    expect((await send(api, { path: `${path}?continue=nonsense` })).status).toBe(400)
  })
})

describe('watches', () => {
  it('sends headers at once, then each change in order, without losing any', async () => {
    const stream = await watch(api, `${PODS}?watch=true&resourceVersion=${api.store.revision}&labelSelector=w=1`)
    expect(stream.status).toBe(200)
    await send(api, { method: 'POST', path: PODS, body: podManifest('w', 'default', { w: '1' }) })
    for (let i = 0; i < 20; i++) {
      api.store.modify('pods', 'default', 'w', (draft) => {
        draft.metadata.annotations = { i: String(i) }
      })
    }
    expect((await stream.next()).type).toBe('ADDED')
    for (let i = 0; i < 20; i++) expect((await stream.next()).object.metadata.annotations.i).toBe(String(i))
    api.store.modify('pods', 'default', 'w', (draft) => {
      draft.metadata.labels = {}
    })
    const left = await stream.next()
    expect([left.type, left.object.metadata.labels]).toEqual(['DELETED', { w: '1' }])
    expect(left.object.metadata.resourceVersion).toBe(String(api.store.revision))
    stream.close()
  })

  it('replays what happened between list and watch', async () => {
    const { resourceVersion } = (await send(api, { path: TIERS })).body.metadata
    await send(api, { method: 'POST', path: TIERS, body: { metadata: { name: 'between' }, spec: { order: 7 } } })
    await send(api, { method: 'DELETE', path: `${TIERS}/between` })
    const stream = await watch(api, `${TIERS}?watch=true&resourceVersion=${resourceVersion}`)
    expect([(await stream.next()).type, (await stream.next()).type]).toEqual(['ADDED', 'DELETED'])
    stream.close()
  })

  it('ends initial events with a bookmark, for core kinds; Calico refuses them', async () => {
    const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan'
    const stream = await watch(api, `/api/v1/namespaces?${query}&fieldSelector=metadata.name=default`)
    expect((await stream.next()).type).toBe('ADDED')
    const mark = await stream.next()
    expect(mark).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    stream.close()
    expect((await watch(api, `${TIERS}?${query}`)).status).toBe(422)
  })

  it('says 410 in the stream when the history no longer reaches', async () => {
    const stream = await watch(api, `${PODS}?watch=true&resourceVersion=1`)
    expect(await stream.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
    await stream.ended
  })

  it('reports changed Calico policies as ADDED, as the real API server does', async () => {
    const path = '/apis/projectcalico.org/v3/globalnetworkpolicies'
    const stream = await watch(api, `${path}?watch=true`)
    await send(api, { method: 'POST', path, body: { metadata: { name: 'g' }, spec: { selector: 'all()' } } })
    await send(api, {
      method: 'PATCH',
      path: `${path}/g`,
      body: { spec: { order: 3 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect([(await stream.next()).type, (await stream.next()).type]).toEqual(['ADDED', 'ADDED'])
    stream.close()
  })

  it('ends after timeoutSeconds', async () => {
    const stream = await watch(api, `${PODS}?watch=true&timeoutSeconds=1&resourceVersion=${api.store.revision}`)
    await stream.ended
  })
})

describe('hostile connections', () => {
  it('survives half-closed sockets, broken requests and bad upgrades', async () => {
    const attacks = [
      'GET / HTTP/1.1\r\n',
      'NONSENSE\r\n\r\n',
      `POST ${PODS} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 100\r\n\r\n{`,
      `GET ${PODS}/x/exec?command=sh HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\xff\xff\xff`,
      `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    ]
    for (const attack of attacks) {
      await new Promise<void>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port: api.port, ca: api.ca }, () => {
          socket.write(attack, 'latin1')
          setImmediate(() => socket.destroy())
        })
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
    }
    expect((await send(api, { path: '/healthz' })).text).toBe('ok')
  })
})
