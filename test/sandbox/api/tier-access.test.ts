import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

const GROUP = 'projectcalico.org'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const PATH = `/apis/${GROUP}/v3/namespaces/default/networkpolicies`

let api: TestApi
beforeAll(async () => {
  api = await startApi()
  const post = (path: string, body: object) => send(api, { method: 'POST', path, body })
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
  const policies = { apiGroups: [GROUP], resources: ['networkpolicies'], verbs }
  const tier = { apiGroups: [GROUP], resources: ['tiers'], resourceNames: ['security'], verbs: ['get'] }
  const inTier = { apiGroups: [GROUP], resources: ['tier.networkpolicies'], resourceNames: ['security.*'], verbs }
  for (const [name, rules] of [
    ['polonly', [policies]],
    ['secop', [policies, tier, inTier]],
    ['tierscoped', [tier, inTier]],
  ] as const) {
    await post(`${RBAC}/clusterroles`, { metadata: { name }, rules })
    await post(`${RBAC}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', name }],
    })
  }
  for (const [name, inside] of [
    ['security.n', 'security'],
    ['plain', 'default'],
  ]) {
    await post(PATH, { metadata: { name }, spec: { tier: inside, selector: 'all()' } })
  }
})
afterAll(() => api.close())

function as(user: string, path = PATH, body?: object) {
  return send(api, {
    method: body ? 'POST' : 'GET',
    path,
    headers: { 'impersonate-user': user },
    ...(body ? { body } : {}),
  })
}

describe('rights on tiers', () => {
  it('lists only policies of tiers the user has rights on', async () => {
    expect((await as('secop')).body.items.map((item: any) => item.metadata.name)).toEqual(['security.n'])
  })

  it('refuses a user with rights on policies but on no tier', async () => {
    expect((await as('polonly')).body.message).toBe(
      'networkpolicies.projectcalico.org is forbidden: operation on Calico tiered policy is forbidden',
    )
    expect((await as('polonly', `${PATH}?labelSelector=projectcalico.org/tier=security`)).body.message).toContain(
      'User "polonly" cannot list networkpolicies.projectcalico.org in tier "security" and namespace "default" (user cannot get tier)',
    )
    expect((await as('polonly', `${PATH}/security.n`)).status).toBe(403)
  })

  it('asks for plain rights on the resource first', async () => {
    expect((await as('tierscoped')).body.message).toContain(
      'cannot list resource "networkpolicies" in API group "projectcalico.org"',
    )
  })

  it('lets a user write in its tier and nowhere else', async () => {
    const policy = (name: string, tier: string) => ({ metadata: { name }, spec: { tier, selector: 'all()' } })
    expect((await as('secop', PATH, policy('security.r', 'security'))).status).toBe(201)
    expect((await as('secop', PATH, policy('x', 'default'))).status).toBe(403)
  })
})
