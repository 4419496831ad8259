// Prints every object an API serves, one JSON line each, without what differs between two equal states (see dump.mjs). Needs no
// kubectl: it asks the API itself, with the token of the kubeconfig. Usage: dump-api.mjs KUBECONFIG
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { parse } from 'yaml'
import { dumpLines, leftOut } from './dump-lines.mjs'

const config = parse(readFileSync(process.argv[2], 'utf8'))
const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster
const { token } = config.users[0].user

function get(path) {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, server),
      {
        ca: Buffer.from(authority, 'base64'),
        headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(JSON.parse(text))
            : reject(new Error(`${path}: ${answer.statusCode} ${text}`)),
        )
      },
    )
    call.on('error', reject)
    call.end()
  })
}

const groups = (await get('/apis')).groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)
const items = []
for (const base of ['/api/v1', ...groups]) {
  const { resources, groupVersion } = await get(base)
  for (const { name, verbs, kind } of resources) {
    const full = groupVersion.includes('/') ? `${name}.${groupVersion.split('/')[0]}` : name
    if (name.includes('/') || !verbs.includes('list') || leftOut.has(full)) continue
    for (const item of (await get(`${base}/${name}`)).items) items.push({ apiVersion: groupVersion, kind, ...item })
  }
}
process.stdout.write(`${dumpLines(items).join('\n')}\n`)
