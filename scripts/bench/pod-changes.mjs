// Somebody else at work on the same cluster, as a process of its own: an annotation of one pod after the other, so many
// times a second. Says "sending" when it begins, and how many it sent when it is told to stop.
import { Agent, request } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'

const { server, ca, token, perSecond } = JSON.parse(process.argv[2])
const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: Buffer.from(ca, 'base64') })
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
let sent = 0
let running = true
process.on('message', () => {
  running = false
})
const began = performance.now()
process.send('sending')
while (running) {
  const due = Math.floor(((performance.now() - began) / 1000) * perSecond)
  while (running && sent < due) {
    sent += 1
    const body = JSON.stringify({ metadata: { annotations: { 'bench/turn': String(sent) } } })
    await call('PATCH', `${path}/${names[sent % names.length]}`, body)
  }
  await delay(10)
}
agent.destroy()
process.send(sent)
process.disconnect()
