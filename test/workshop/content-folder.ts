import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A content folder of the test's own: the smallest sound track, with these files put over it (null leaves one out). */
export function contentFolder(files: Record<string, string | null> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'hw-content-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  for (const [name, text] of Object.entries({ ...smallest, ...files })) {
    if (text === null) continue
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

export const smallest = {
  'steps/mini/track.yaml': `version: 1
title: Mini
summary: Two pods and a wall.
objectLabel: part-of=mini
namespaces: [{name: mini, create: true}]
sources:
  - {name: client, namespace: mini, selector: app=client}
  - {name: server, namespace: mini, selector: app=server}
services:
  - {name: server, namespace: mini, port: 80, podPort: 8080, selector: app=server}
outside: [example.com]
outsideControl: client
`,
  'steps/mini/expect/shut.yaml': `version: 1
title: Nobody reaches the server
open:
  client: []
  server: []
`,
  'steps/mini/00-wall.yaml': `version: 1
title: A wall
goal: The server takes no connections.
concept: Selecting a pod isolates it.
actions:
  - title: Put up the wall
    apply: mini/wall.yaml
proofs:
  - title: Nobody gets in
    matrix: shut
  - title: The client knows it
    probes:
      - {from: client, to: server, expect: blocked}
hints: [Look at the selector., Look at the labels.]
debrief: No rule means no.
`,
  'manifests/mini/wall.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: wall
  namespace: mini
  labels: {part-of: mini}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
`,
} as const
