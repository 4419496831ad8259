// ConfigMaps and Secrets in pods: waited for, and found inside.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { call } from '../home/call.ts'
import { exec, kubeConfigOf } from '../streams/clients.ts'

const CORE = '/api/v1/namespaces/default'
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await createSandbox({ home: null, calico: 'none', timeScale: 0 })
})
afterAll(() => sandbox?.close())

const post = async (path: string, body: object) => expect((await call(sandbox, 'POST', path, body)).status).toBe(201)
const pod = async (name: string) => (await call(sandbox, 'GET', `${CORE}/pods/${name}`)).body
const run = (name: string, container: object, volumes: object[] = []) =>
  post(`${CORE}/pods`, {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'wbitt/network-multitool', ...container }], volumes },
  })
const inside = (name: string, command: string[]) =>
  exec(kubeConfigOf(sandbox), { namespace: 'default', name, container: 'c' }, command)
const eventsOf = async (name: string) =>
  (await call(sandbox, 'GET', `${CORE}/events?fieldSelector=involvedObject.name%3D${name}`)).body.items.map(
    ({ type, reason, message }: any) => `${type} ${reason} ${message}`,
  )

describe('a container with variables from elsewhere', () => {
  it('waits with CreateContainerConfigError until they are there, and has them then', async () => {
    await run('variables', {
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'none', optional: true } }],
      env: [
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
        { name: 'LINE', value: '$(P_mode) $(PASSWORD) $(NOBODY) $$HOME' },
      ],
    })
    await sandbox.settled!()
    const waiting = async () => (await pod('variables')).status.containerStatuses[0].state.waiting
    expect(await waiting()).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    })
    expect(await eventsOf('variables')).toContain('Warning Failed Error: configmap "settings" not found')
    await post(`${CORE}/configmaps`, { metadata: { name: 'settings' }, data: { mode: 'dark' } })
    await sandbox.settled!()
    expect((await waiting()).message).toBe('secret "login" not found')
    await post(`${CORE}/secrets`, { metadata: { name: 'login' }, stringData: { user: 'me' } })
    await sandbox.settled!()
    expect((await waiting()).message).toBe("couldn't find key password in Secret default/login")
    const changed = { metadata: { name: 'login' }, stringData: { password: 'secret' } }
    await call(sandbox, 'PUT', `${CORE}/secrets/login`, changed)
    await sandbox.settled!()
    expect((await pod('variables')).status.phase).toBe('Running')
    const { stdout } = await inside('variables', ['sh', '-c', 'echo "$P_mode/$PASSWORD/$LINE"'])
    expect(stdout).toBe('dark/secret/dark secret $(NOBODY) $HOME\n')
  })

  it('that is deleted while it waits goes', async () => {
    await run('given-up', { envFrom: [{ configMapRef: { name: 'never' } }] })
    await sandbox.settled!()
    await call(sandbox, 'DELETE', `${CORE}/pods/given-up`)
    await sandbox.settled!()
    expect((await call(sandbox, 'GET', `${CORE}/pods/given-up`)).status).toBe(404)
  })
})

describe('a pod with mounted ConfigMaps and Secrets', () => {
  it('waits with FailedMount until they are there, and finds them as files', async () => {
    const volumes = [
      { name: 'files', configMap: { name: 'files', items: [{ key: 'a', path: 'sub/a.txt' }] } },
      { name: 'spare', secret: { secretName: 'spare', optional: true } },
    ]
    await run('mounts', { volumeMounts: [{ name: 'files', mountPath: '/etc/files' }] }, volumes)
    await sandbox.settled!()
    const { status } = await pod('mounts')
    expect([status.phase, status.containerStatuses[0].state.waiting.reason]).toEqual(['Pending', 'ContainerCreating'])
    const why = 'Warning FailedMount MountVolume.SetUp failed for volume "files" : configmap "files" not found'
    expect(await eventsOf('mounts')).toContain(why)
    await post(`${CORE}/configmaps`, { metadata: { name: 'files' }, data: { a: 'hello', b: 'not asked for' } })
    await sandbox.settled!()
    expect((await pod('mounts')).status.phase).toBe('Running')
    const { stdout } = await inside('mounts', ['cat', '/etc/files/sub/a.txt'])
    expect(stdout).toBe('hello')
  })
})
