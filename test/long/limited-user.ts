/** People with fewer rights: service accounts of the sandbox, each with a token and a context of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import type { SandboxOptions } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { runProgram } from './program.ts'

export interface Lab {
  home: string
  /** Everything that has been handed out as a credential. */
  tokens: string[]
  send(method: string, path: string, body?: object): Promise<any>
  apply(yaml: string): Promise<void>
  /** A service account without any right; its options for the program, and its user name. */
  person(name: string): Promise<{ user: string; place: string[]; write: string[] }>
  close(): Promise<void>
}

const paths: Record<string, (namespace: string) => string> = {
  Namespace: () => '/api/v1/namespaces',
  ClusterRole: () => '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: () => '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  Role: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
}

export async function openLab(options: Partial<SandboxOptions> = {}): Promise<Lab> {
  const home = mkdtempSync(join(tmpdir(), 'hw-people-'))
  const sandbox = await createSandbox({ home: join(home, 'sandbox'), calico: '3.32', timeScale: 0, ...options })
  const kubeconfig = parse(sandbox.kubeconfig)
  const ca = Buffer.from(kubeconfig.clusters[0].cluster['certificate-authority-data'], 'base64')
  const { token } = kubeconfig.users[0].user
  const tokens: string[] = [token]

  const send: Lab['send'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': contentType(method) }
      const call = request(new URL(path, sandbox.url), { method, ca, headers }, (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => {
          if (answer.statusCode! < 400 || answer.statusCode === 409) resolve(JSON.parse(text))
          else reject(new Error(`${method} ${path}: ${text}`))
        })
      })
      call.on('error', reject)
      call.end(body ? JSON.stringify(body) : undefined)
    })
  const apply: Lab['apply'] = async (yaml) => {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS()
      if (object) await send('POST', paths[object.kind]!(object.metadata.namespace), object)
    }
  }

  await send('POST', '/api/v1/namespaces', { metadata: { name: 'people' } })
  return {
    home,
    tokens,
    send,
    apply,
    async person(name) {
      const accounts = '/api/v1/namespaces/people/serviceaccounts'
      await send('POST', accounts, { metadata: { name } })
      const answer = await send('POST', `${accounts}/${name}/token`, { spec: { expirationSeconds: 36_000 } })
      tokens.push(answer.status.token)
      const file = join(home, `${name}.kubeconfig`)
      const own = {
        ...kubeconfig,
        users: [{ name, user: { token: answer.status.token } }],
        contexts: [{ name, context: { cluster: kubeconfig.clusters[0].name, user: name } }],
      }
      writeFileSync(file, stringify(own))
      const place = ['--context', name, '--kubeconfig', file, '--home', join(home, name)]
      return { user: `system:serviceaccount:people:${name}`, place, write: [...place, '--confirm-context', name] }
    },
    async close() {
      await sandbox.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function contentType(method: string): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
}

/** What `doctor --rbac` prints, for this user. */
export async function rightsFor(user: string, lab: Lab, track: string): Promise<string> {
  const printed = await runProgram(['doctor', '--rbac', '--track', track, '--home', join(lab.home, 'printing')])
  if (printed.code !== 0) throw new Error(printed.stderr)
  return printed.stdout.replaceAll('REPLACE-WITH-USER', user)
}
