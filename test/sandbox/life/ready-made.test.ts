// The clusters the build installs ahead are what installing one gives, and no two of them are the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject, Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { bakeCluster } from '../../../src/sandbox/life/seed/bake.ts'
import { MARK, readyMadeCluster } from '../../../src/sandbox/life/seed/ready-made.ts'
import { call } from '../home/call.ts'

const EDITIONS = ['3.29', '3.32', 'native', 'none'] as const
const NOW = new Date('2026-05-04T03:02:01Z')
let folder: string
const open: Sandbox[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hw-clusters-'))
  for (const calico of EDITIONS) writeFileSync(join(folder, `${calico}.json`), await bakeCluster(calico))
})
afterAll(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  rmSync(folder, { recursive: true, force: true })
})

async function start(calico: (typeof EDITIONS)[number], readyMade: string): Promise<Sandbox> {
  const sandbox = await createSandbox({ home: null, calico, timeScale: 0, readyMade })
  open.push(sandbox)
  return sandbox
}

const cluster = (calico: (typeof EDITIONS)[number]) =>
  readyMadeCluster(calico, { certificate: 'PEM\n"quoted"', now: NOW, folder })!
const all = (objects: Record<string, KubeObject[]>) => Object.values(objects).flat()

/** What differs between any two clusters is taken out. */
function plain(text: string): string {
  return (
    text
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uid')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
      .replace(/containerd:\/\/[0-9a-f]{64}|"[0-9a-f]{64}"|"[0-9a-f]{32}"/g, '"id"')
      .replace(/"resourceVersion":"\d+"/g, '"resourceVersion":""')
      .replace(/-----BEGIN[^"]*/g, 'certificate')
      .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}"/g, '-name"')
      .replace(/"clusterIP":"[^"]*"|"clusterIPs":\["[^"]*"\]/g, '"address"')
      .replace(/192\.168\.\d+\.\d+/g, 'address')
      // Lists of endpoints are in the order of the pods' drawn names.
      .replace(/hipster-worker\d?/g, 'node')
  )
}

describe('a cluster installed ahead', () => {
  it.each(EDITIONS)('holds what an installed one holds (%s)', async (calico) => {
    const made = await start(calico, folder)
    const installed = await start(calico, join(folder, 'nowhere'))
    const paths = ['/api/v1/pods', '/apis/apps/v1/deployments', '/apis/apps/v1/replicasets', '/apis/apps/v1/daemonsets']
    const calicos = calico === 'none' ? [] : ['/apis/projectcalico.org/v3/tiers', '/apis/projectcalico.org/v3/ippools']
    for (const path of [...paths, '/api/v1/nodes', '/api/v1/configmaps', '/api/v1/endpoints', ...calicos]) {
      const [left, right] = await Promise.all([made, installed].map((sandbox) => call(sandbox, 'GET', path)))
      expect(left!.status).toBe(200)
      const items = (answer: typeof left) =>
        answer!.body.items.map((item: object) => plain(JSON.stringify(item))).sort()
      expect(items(left), path).toEqual(items(right))
    }
  })

  it('has identities and times of its own, and owners that exist', () => {
    const [one, other] = [cluster('3.32'), cluster('3.32')]
    const uids = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.uid)
    const shared = new Set(uids(all(one.objects)))
    expect(shared.size).toBe(all(one.objects).length)
    expect(uids(all(other.objects)).filter((uid) => shared.has(uid))).toEqual([])
    const owners = all(one.objects).flatMap(({ metadata }) => metadata.ownerReferences ?? [])
    expect(owners.length).toBeGreaterThan(15)
    for (const { uid } of owners) expect(shared).toContain(uid)
    const text = JSON.stringify(one)
    expect(text).not.toMatch(MARK)
    expect(text).not.toContain('1999-12-31')
    expect(one.objects.nodes![0]!.metadata.creationTimestamp).toBe('2026-05-04T03:02:01Z')
    expect(one.objects.configmaps!.find(({ data }) => data['ca.crt'])!.data['ca.crt']).toBe('PEM\n"quoted"')
    const guid = (snapshot: typeof one) =>
      snapshot.objects['clusterinformations.projectcalico.org']![0]!.spec.clusterGUID
    expect(guid(one)).toMatch(/^[0-9a-f]{32}$/)
    expect(guid(one)).not.toBe(guid(other))
  })

  it('stays as it is: the controllers find nothing left to do', async () => {
    const sandbox = await start('3.32', folder)
    const before = await call(sandbox, 'GET', '/api/v1/pods')
    await sandbox.settled!()
    const after = await call(sandbox, 'GET', '/api/v1/pods')
    expect(after.body.metadata.resourceVersion).toBe(before.body.metadata.resourceVersion)
    expect(after.body.items.every(({ status }: any) => status.phase === 'Running')).toBe(true)
  })

  it('that is damaged or of another release is as good as none', async () => {
    const bad = mkdtempSync(join(folder, 'bad-'))
    for (const text of ['{"v":1,"revi', '{"v":99,"revision":5,"objects":{}}', '[]']) {
      writeFileSync(join(bad, 'none.json'), text)
      const sandbox = await start('none', bad)
      expect((await call(sandbox, 'GET', '/api/v1/nodes')).body.items).toHaveLength(3)
    }
  })
})
