// Somebody else at work on the same cluster, as a process of its own: labels and annotations of one pod after the other, so
// many times a second. Says "sending" when it begins, and how many it sent when it is told to stop.
import { Agent, request } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'

const { server, ca, token, perSecond } = JSON.parse(process.argv[2])
const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: Buffer.from(ca, 'base64') })
const path = '/api/v1/namespaces/hipstershop/pods'

function call(method, where, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/merge-patch+json' } : {}),
    }
    const sent = request(new URL(where, server), { method, agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const names = JSON.parse(await call('GET', path)).items.map((pod) => pod.metadata.name)
/** So many may be on their way at once. */
const most = 8
let sent = 0
let done = 0
let running = true
process.on('message', () => {
  running = false
})
const began = performance.now()
process.send('sending')
while (running) {
  const due = Math.floor(((performance.now() - began) / 1000) * perSecond)
  while (running && sent < due && sent - done < most) {
    sent += 1
    // Every second one is a note nobody reads, the others are labels, which are identity.
    const where = sent % 2 === 0 ? 'annotations' : 'labels'
    const body = JSON.stringify({ metadata: { [where]: { 'bench/turn': String(sent) } } })
    call('PATCH', `${path}/${names[sent % names.length]}`, body)
      .catch(() => {})
      .finally(() => {
        done += 1
      })
  }
  await delay(5)
}
agent.destroy()
process.send(done)
process.disconnect()
