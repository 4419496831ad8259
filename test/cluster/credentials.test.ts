/** Ways of authentication and of reaching a cluster that kubectl knows: on the sandbox, whose token they must bring. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { connectCluster } from '../../src/cluster/connect.ts'
import type { ClusterPort } from '../../src/cluster/port.ts'
import { errorToJson, formatError } from '../../src/errors/format.ts'
import { places } from './places.ts'

const place = places[0]!

/** One that only passes on (CONNECT), and remembers where to. */
async function openProxy(): Promise<{ url: string; asked: string[]; close(): void }> {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    asked.push(request.url!)
    const [host, port] = request.url!.split(':')
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    close() {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

describe.skipIf(place.skipped)('credentials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hw-credentials-'))
  let original: any
  let token: string
  let opened: ClusterPort | undefined

  beforeAll(async () => {
    const port = await place.connect('api')
    original = parse(readFileSync(port.kubeconfig, 'utf8'))
    token = original.users[0].user.token
    await port.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function namespacesWith(user: object, cluster: object = {}, env: Record<string, string> = {}): Promise<number> {
    const context = original.contexts[0].name
    const path = join(folder, 'config')
    writeFileSync(
      path,
      stringify({
        ...original,
        clusters: [{ ...original.clusters[0], cluster: { ...original.clusters[0].cluster, ...cluster } }],
        users: [{ ...original.users[0], user }],
      }),
    )
    opened = await connectCluster({ kubeconfig: path, context, via: 'api', isSandbox: false, env })
    try {
      return (await opened.list({ apiVersion: 'v1', kind: 'Namespace' })).length
    } finally {
      await opened.close()
    }
  }

  it('a token', async () => {
    expect(await namespacesWith({ token })).toBeGreaterThan(0)
  })

  it('a wrong token is said at once, without repeating it', async () => {
    const error = await namespacesWith({ token: 'hunter2' }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'CREDENTIALS_FAILED', exitCode: 5 })
    expect(JSON.stringify([error.message, error.hint])).not.toContain('hunter2')
  })

  it('a token file, from the folder of the kubeconfig', async () => {
    writeFileSync(join(folder, 'token'), `${token}\n`)
    expect(await namespacesWith({ tokenFile: 'token' })).toBeGreaterThan(0)
  })

  it('an exec plugin, also one named with a path', async () => {
    const plugin = join(folder, 'plugin.mjs')
    writeFileSync(
      plugin,
      `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: process.env.HW_TEST_TOKEN } }))`,
    )
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [plugin],
      env: [{ name: 'HW_TEST_TOKEN', value: token }],
      interactiveMode: 'Never',
    }
    expect(await namespacesWith({ exec })).toBeGreaterThan(0)
  })

  it('an exec plugin that fails is named with what it said', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', 'console.error("log in first"); process.exit(1)'],
      interactiveMode: 'Never',
    }
    await expect(namespacesWith({ exec })).rejects.toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: expect.stringContaining('log in first'),
    })
  })

  it('what a plugin prints beside its first line, and its environment, is shown nowhere, not even with --debug', async () => {
    const canary = 'canary-7f3a'
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', 'console.error("log in first\\ntoken: " + process.env.CANARY); process.exit(1)'],
      env: [{ name: 'CANARY', value: canary }],
      interactiveMode: 'Never',
    }
    const error = await namespacesWith({ exec }).catch((reason) => reason)
    expect(error.code).toBe('CREDENTIALS_FAILED')
    const shown = `${formatError(error, { debug: true })}${JSON.stringify(errorToJson(error))}`
    expect(shown).toContain('log in first')
    expect(shown).not.toContain(canary)
  })

  it('a certificate authority that did not sign the server is said', async () => {
    const other = 'MIIB'
    await expect(namespacesWith({ token }, { 'certificate-authority-data': other })).rejects.toMatchObject({
      exitCode: 5,
    })
    const none = { 'certificate-authority-data': undefined }
    await expect(namespacesWith({ token }, none)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('not signed by the certificate authority'),
    })
    expect(await namespacesWith({ token }, { ...none, 'insecure-skip-tls-verify': true })).toBeGreaterThan(0)
  })

  it('without one in the kubeconfig the roots of the environment count, as for kubectl and for node; alone, through a proxy and with a plugin', async () => {
    const none = { 'certificate-authority-data': undefined }
    const file = join(folder, 'roots.pem')
    writeFileSync(file, Buffer.from(original.clusters[0].cluster['certificate-authority-data'], 'base64'))
    for (const env of [{ SSL_CERT_FILE: file }, { NODE_EXTRA_CA_CERTS: file }, { SSL_CERT_DIR: folder }])
      expect(await namespacesWith({ token }, none, env), JSON.stringify(env)).toBeGreaterThan(0)
    await expect(namespacesWith({ token }, none, { SSL_CERT_FILE: join(folder, 'nosuch') })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    })
    // What the kubeconfig names is all that counts then.
    const other = { 'certificate-authority-data': Buffer.from(rootCertificates[0]!).toString('base64') }
    await expect(namespacesWith({ token }, other, { SSL_CERT_FILE: file })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    })
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [
        '-e',
        `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: '${token}' } }))`,
      ],
      interactiveMode: 'Never',
    }
    expect(await namespacesWith({ exec }, none, { SSL_CERT_FILE: file })).toBeGreaterThan(0)
    const proxy = await openProxy()
    expect(
      await namespacesWith({ token }, { ...none, 'proxy-url': proxy.url }, { SSL_CERT_FILE: file }),
    ).toBeGreaterThan(0)
    expect(proxy.asked.length).toBeGreaterThan(0)
    proxy.close()
  })

  it('a proxy', async () => {
    const proxy = await openProxy()
    expect(await namespacesWith({ token }, { 'proxy-url': proxy.url })).toBeGreaterThan(0)
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(original.clusters[0].cluster.server).host]))
    proxy.close()
  })

  it('a server that is not there', async () => {
    await expect(namespacesWith({ token }, { server: 'https://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('refused'),
      exitCode: 5,
    })
  })
})
