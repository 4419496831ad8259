import { request } from 'node:https'

/** A busy sandbox answers within this. */
const PATIENCE_MS = 2000

/** `silent`: somebody takes the connection and says nothing, as a process does that was stopped (ctrl-Z). */
export type ServerAnswer = 'ours' | 'not-ours' | 'silent'

/**
 * Whether a sandbox with this certificate and token answers on the port. One that is too busy, or plays faults, is ours
 * as well: nobody else has the key to this certificate.
 */
export function askServer(port: number, certificate: string, token: string): Promise<ServerAnswer> {
  return new Promise((resolve) => {
    const ask = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/v1/namespaces/kube-system',
        ca: certificate,
        headers: { authorization: `Bearer ${token}` },
        agent: false,
      },
      (answer) => {
        answer.resume()
        const status = answer.statusCode ?? 0
        resolve(status === 200 || status === 429 || status >= 500 ? 'ours' : 'not-ours')
      },
    )
    let hasOurKey = false
    ask.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        hasOurKey = true
      }),
    )
    const timer = setTimeout(() => {
      resolve(hasOurKey ? 'ours' : 'silent')
      ask.destroy()
    }, PATIENCE_MS)
    ask.on('close', () => clearTimeout(timer))
    ask.on('error', () => resolve(hasOurKey ? 'ours' : 'not-ours'))
    ask.end()
  })
}
