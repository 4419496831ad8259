import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kubeconfigFiles, listContexts, loadKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { proxyFor } from '../../src/cluster/proxy-env.ts'
import { errorToJson } from '../../src/errors/format.ts'
import type { WorkshopError } from '../../src/errors/workshop-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'hw-kubeconfig-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const config = (name: string, server = 'https://127.0.0.1:6443', user = '    token: secret-token') => `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster:
    server: ${server}
    certificate-authority: ca.crt
users:
- name: ${name}
  user:
${user}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}, namespace: team}
`

function failure(source: Parameters<typeof loadKubeconfig>[0]): WorkshopError {
  try {
    loadKubeconfig(source)
  } catch (error) {
    return error as WorkshopError
  }
  throw new Error('it was loaded')
}

describe('loading a kubeconfig', () => {
  it('takes the named context, with paths from the folder of its file', () => {
    const path = file('a', config('kind-hw', 'https://127.0.0.1:6443/'))
    expect(loadKubeconfig({ kubeconfig: path, context: 'kind-hw', env: {} })).toMatchObject({
      context: 'kind-hw',
      server: 'https://127.0.0.1:6443',
      namespace: 'team',
      files: [path],
      cluster: { 'certificate-authority': join(folder, 'ca.crt') },
      user: { token: 'secret-token' },
    })
  })

  it('never uses the current context by itself', () => {
    expect(failure({ kubeconfig: file('b', config('current')), env: {} })).toMatchObject({
      code: 'CONTEXT_NOT_NAMED',
      exitCode: 2,
      hint: expect.stringContaining('current'),
    })
  })

  it('lists the contexts when the named one is not there', () => {
    expect(failure({ kubeconfig: file('c', config('kind-hw')), context: 'nosuch', env: {} })).toMatchObject({
      code: 'CONTEXT_UNKNOWN',
      hint: 'It has: kind-hw',
    })
  })

  it('says where a file is not YAML, and shows no line that may hold a credential', () => {
    const path = file('d', 'apiVersion: v1\nclusters:\n  - name: [x\nusers: []\n')
    expect(failure({ kubeconfig: path, context: 'x', env: {} })).toMatchObject({
      code: 'KUBECONFIG_INVALID',
      location: { file: path, line: expect.any(Number), column: expect.any(Number) },
    })
    const secret = failure({ kubeconfig: file('e', 'users:\n- user: {token: "hunter2\n'), context: 'x', env: {} })
    expect(JSON.stringify([secret.message, secret.location])).not.toContain('hunter2')
  })

  it.each([
    ['just text', 'is not a mapping'],
    ['[1, 2]', 'is not a mapping'],
    ['clusters: 5\ncontexts: []\n', 'clusters is not a list'],
    ['clusters: [{cluster: {server: x}}]\n', 'clusters[0] has no name'],
    ['contexts: [{name: x, context: {cluster: gone}}]\n', 'names a cluster that is not in it'],
    [
      'clusters: [{name: c, cluster: {server: "not a url"}}]\ncontexts: [{name: x, context: {cluster: c}}]\n',
      'no valid server address',
    ],
    [
      'clusters: [{name: c, cluster: {server: "https://h"}}]\ncontexts: [{name: x, context: {cluster: c, user: gone}}]\n',
      'names a user that is not in it',
    ],
  ])('refuses %j', (text, message) => {
    expect(failure({ kubeconfig: file('f', text), context: 'x', env: {} })).toMatchObject({
      code: 'KUBECONFIG_INVALID',
      exitCode: 2,
      message: expect.stringContaining(message),
    })
  })

  it('shows no piece of a token or of an environment where a file is not YAML', () => {
    for (const line of [
      '      eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ: [',
      '      - {name: PASS, value: "hunter2',
      '  hunter2==aaaaaaaaaaaaaaaaaaaaaa: [',
    ]) {
      const error = failure({ kubeconfig: file('piece', `users:\n${line}\n`), context: 'x', env: {} })
      expect(error).toMatchObject({ code: 'KUBECONFIG_INVALID' })
      expect(JSON.stringify(errorToJson(error))).not.toMatch(/hunter2|eyJhbG/)
    }
  })

  it('says which file is missing', () => {
    expect(failure({ kubeconfig: join(folder, 'nosuch'), context: 'x', env: {} })).toMatchObject({
      code: 'KUBECONFIG_MISSING',
      message: expect.stringContaining(join(folder, 'nosuch')),
    })
  })

  it('merges the files of KUBECONFIG, first wins, missing ones are left out', () => {
    const [one, two] = [
      file('g', config('same', 'https://first:1')),
      file('h', config('same', 'https://second:2') + config('other').replace(/^[\s\S]*?contexts:/, '')),
    ]
    const env = { KUBECONFIG: [join(folder, 'nosuch'), one, two].join(delimiter) }
    expect(kubeconfigFiles({ env })).toHaveLength(3)
    expect(loadKubeconfig({ context: 'same', env })).toMatchObject({ server: 'https://first:1', files: [one, two] })
  })

  it('lists contexts for the start screen', () => {
    expect(listContexts({ kubeconfig: file('i', config('kind-hw')), env: {} })).toEqual([
      { name: 'kind-hw', server: 'https://127.0.0.1:6443', isCurrent: true },
    ])
  })

  it("takes the proxy of the environment as kubectl does, and the file's own first", () => {
    const path = file('j', config('far', 'https://api.example.com'))
    const env = { HTTPS_PROXY: 'http://proxy:3128' }
    expect(loadKubeconfig({ kubeconfig: path, context: 'far', env }).cluster['proxy-url']).toBe('http://proxy:3128')
    const own = file('k', config('far', 'https://api.example.com\n    proxy-url: http://own:1'))
    expect(loadKubeconfig({ kubeconfig: own, context: 'far', env }).cluster['proxy-url']).toBe('http://own:1')
  })
})

describe('the proxy of the environment', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['https://api.example.com', { https_proxy: 'p:1' }, 'http://p:1'],
    ['https://api.example.com', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://localhost:6443', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example.com' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'ample.com' }, 'http://p:1'],
    ['https://10.1.2.3:6443', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/8' }, undefined],
    ['https://11.1.2.3:6443', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/8' }, 'http://p:1'],
    ['https://api.example.com:6443', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example.com:443' }, 'http://p:1'],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
  ])('%s with %j: %s', (server, env, proxy) => {
    expect(proxyFor(server, env)).toBe(proxy)
  })
})
