import type { SandboxOptions } from '../contracts.ts'

export interface KubeconfigInput {
  url: string
  certificate: string
  token: string
  calico: SandboxOptions['calico']
}

/** The context's name, as it shows in prompts and in the workshop's lines. */
const SANDBOX_CONTEXT = 'sandbox'

export function kubeconfigText({ url, certificate, token }: KubeconfigInput): string {
  const authority = Buffer.from(certificate, 'utf8').toString('base64')
  return `apiVersion: v1
kind: Config
clusters:
- name: ${SANDBOX_CONTEXT}
  cluster:
    server: ${url}
    certificate-authority-data: ${authority}
users:
- name: ${SANDBOX_CONTEXT}
  user:
    token: ${token}
contexts:
- name: ${SANDBOX_CONTEXT}
  context:
    cluster: ${SANDBOX_CONTEXT}
    user: ${SANDBOX_CONTEXT}
    namespace: default
current-context: ${SANDBOX_CONTEXT}
`
}
