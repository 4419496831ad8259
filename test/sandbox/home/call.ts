import { request } from 'node:https'
import { parse } from 'yaml'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'

export interface Reply {
  status: number
  body: any
}

/** One request with the kubeconfig's own certificate and token. */
export function call(sandbox: Sandbox, method: string, path: string, body?: object): Promise<Reply> {
  const config = parse(sandbox.kubeconfig)
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64')
  return new Promise((resolve, reject) => {
    const ask = request(`${sandbox.url}${path}`, {
      method,
      ca,
      agent: false,
      headers: { authorization: `Bearer ${config.users[0].user.token}`, 'content-type': 'application/json' },
    })
    ask.on('error', reject)
    ask.on('response', (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => {
        const isJson = answer.headers['content-type']?.startsWith('application/json')
        resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text })
      })
      answer.on('error', reject)
    })
    ask.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
