import { request } from 'node:https'

/** Whether a sandbox with this certificate and token answers on the port. */
export function answersAsOurs(port: number, certificate: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/v1/namespaces/kube-system',
        ca: certificate,
        headers: { authorization: `Bearer ${token}` },
        timeout: 2000,
        agent: false,
      },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode === 200)
      },
    )
    ask.on('timeout', () => ask.destroy())
    ask.on('error', () => resolve(false))
    ask.end()
  })
}
