// Every row of the table of commands with several real kubectl versions: API state, exit codes and tables, never prose.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { kubectlVersions, type RunOptions, Shell } from './kubectls.ts'

const SHOP = 'hipstershop'
const shopManifests = join(import.meta.dirname, '..', '..', 'manifests', 'shop')

describe.each(kubectlVersions())('kubectl $minor', ({ minor, path, missing }) => {
  let sandbox: Sandbox
  let shell: Shell

  beforeAll(async () => {
    if (missing) return
    sandbox = await createSandbox({ home: null, calico: '3.32', timeScale: 0, withShop: true, shopManifests })
    shell = new Shell(path, sandbox.kubeconfig)
  })
  afterAll(async () => {
    shell?.dispose()
    await sandbox?.close()
  })

  /** A line that must end with 0; its output. */
  const ok = async (line: string, options: RunOptions = {}) => {
    const ran = await shell.run(`kubectl ${line}`, options)
    expect(ran, line).toMatchObject({ code: 0 })
    return ran.stdout
  }
  const fails = async (line: string, code = 1, options: RunOptions = {}) => {
    const ran = await shell.run(`kubectl ${line}`, options)
    expect(ran, line).toMatchObject({ code })
    return ran.stderr
  }
  const json = async (line: string) => JSON.parse(await ok(`${line} -o json`))
  const apply = (object: object, flags = '') => ok(`apply ${flags} -f -`, { stdin: JSON.stringify(object) })
  const configMap = (name: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'lab' },
    data,
  })
  const row = (title: string, run: () => Promise<void>) =>
    it.skipIf(missing)(`${title}${missing ? ' (skipped: this kubectl is not built)' : ''}`, run)

  row('version, api-resources, api-versions', async () => {
    expect(JSON.parse(await ok('version -o json')).serverVersion.minor).toBe('34')
    const names = (await ok('api-resources -o name')).trim().split('\n')
    expect(names).toEqual(expect.arrayContaining(['pods', 'deployments.apps', 'tiers.projectcalico.org']))
    expect(await ok('api-versions')).toContain('projectcalico.org/v3\n')
  })

  row('get: tables, outputs, selectors, what is missing', async () => {
    const wide = (await ok(`get pods -n ${SHOP} -o wide`)).split('\n')
    expect(wide[0]!.split(/\s{2,}/)).toEqual(
      'NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES'.split('|'),
    )
    expect((await ok(`get pods -n ${SHOP} --show-labels`)).split('\n')[0]).toMatch(/LABELS$/)
    expect((await ok(`get pods -n ${SHOP} -L app`)).split('\n')[0]).toMatch(/APP$/)
    expect((await ok('get pods -A')).split('\n')[0]).toMatch(/^NAMESPACE /)
    expect((await json(`get pods -n ${SHOP}`)).items).toHaveLength(13)
    expect((await ok(`get pods -n ${SHOP} -o name`)).trim().split('\n')).toHaveLength(13)
    expect(
      await ok(`get pods -n ${SHOP} -l 'app in (frontend),app!=x' -o jsonpath='{.items[*].metadata.labels.app}'`),
    ).toBe('frontend')
    expect(await ok(`get pod multitool -o custom-columns=N:.metadata.name --no-headers`)).toBe('multitool\n')
    expect(await ok(`get pod multitool -o go-template='{{.metadata.name}}'`)).toBe('multitool')
    const sorted = await ok(`get pods -n ${SHOP} --sort-by=.metadata.name -o name`)
    expect(sorted.trim().split('\n')).toEqual(sorted.trim().split('\n').sort())
    expect((await ok('get pods -n default --field-selector metadata.name=multitool -o name')).trim()).toBe(
      'pod/multitool',
    )
    expect(await fails('get pod nope')).toContain('NotFound')
    expect(await fails('get pod x -n nosuch')).toContain('namespaces "nosuch" not found')
    expect(await ok('get pods -n nosuch')).toBe('')
    expect(await ok(`get all -n ${SHOP} -o name`)).toContain('deployment.apps/frontend')
  })

  row('create by generators (protobuf since 1.32) and by file', async () => {
    for (const line of [
      'create ns lab',
      'create cm c --from-literal=a=b -n lab',
      'create secret generic s --from-literal=a=b -n lab',
      'create sa u -n lab',
      'create deploy web --image=nginx --replicas=2 -n lab',
      'create svc clusterip x --tcp=80:8080 -n lab',
      'create role r --verb=get --resource=pods -n lab',
      'create rolebinding b --role=r --serviceaccount=lab:u -n lab',
      'create job j --image=busybox -n lab -- true',
      'create cronjob cj --image=busybox --schedule="0 * * * *" -n lab -- true',
      'create quota q --hard=pods=10 -n lab',
      'create pdb p --selector=app=web --min-available=1 -n lab',
      'create priorityclass pc --value=10',
      'create ingress i --rule=a.example/=x:80 -n lab',
      'expose deploy web --port=80 -n lab',
      'autoscale deploy web --max=3 -n lab',
    ]) {
      await ok(line)
    }
    expect((await json('get secret s -n lab')).data).toEqual({ a: 'Yg==' })
    expect((await json('get svc x -n lab')).spec.ports[0]).toMatchObject({ port: 80, targetPort: 8080 })
    expect((await json('get priorityclass pc')).value).toBe(10)
    expect((await json('get hpa web -n lab')).spec.maxReplicas).toBe(3)
    expect(await fails('create ns lab')).toContain('AlreadyExists')
  })

  row('apply: create, unchanged, change, many documents, dry run, server-side, unknown kind', async () => {
    expect(await apply(configMap('a', { x: '1' }))).toBe('configmap/a created\n')
    expect(await apply(configMap('a', { x: '1' }))).toBe('configmap/a unchanged\n')
    expect(await apply(configMap('a', { x: '2' }))).toBe('configmap/a configured\n')
    // Begun as YAML: kubectl 1.31 takes what begins with a brace for JSON to its end.
    const documents = [configMap('m1', {}), configMap('m2', {})].map((one) => `---\n${JSON.stringify(one)}\n`).join('')
    expect(await ok('apply -f -', { stdin: documents })).toBe('configmap/m1 created\nconfigmap/m2 created\n')
    await apply(configMap('dry', {}), '--dry-run=server')
    await apply(configMap('dry', {}), '--dry-run=client')
    expect(await fails('get cm dry -n lab')).toContain('NotFound')
    await apply(configMap('ssa', { x: '1' }), '--server-side')
    await apply(configMap('ssa', { x: '2' }), '--server-side')
    expect((await json('get cm ssa -n lab')).data).toEqual({ x: '2' })
    const tier = { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'lab' }, spec: { order: 50 } }
    expect(await apply(tier)).toBe('tier.projectcalico.org/lab created\n')
    expect(await apply({ ...tier, spec: { order: 60 } })).toBe('tier.projectcalico.org/lab configured\n')
    expect((await json('get tier lab')).spec).toEqual({ order: 60, defaultAction: 'Deny' })
    for (const apiVersion of ['v1', 'nobody.example/v1', 'projectcalico.org/v3']) {
      const stdin = JSON.stringify({ apiVersion, kind: 'Teer', metadata: { name: 'x' } })
      expect(await fails('apply -f -', 1, { stdin })).toContain(`no matches for kind "Teer" in version "${apiVersion}"`)
    }
  })

  row('diff, patch, replace, edit, label, annotate', async () => {
    const same = JSON.stringify(configMap('a', { x: '2' }))
    await ok('diff -f -', { stdin: same })
    await fails('diff -f -', 1, { stdin: same.replace('"2"', '"3"') })
    await ok(`patch cm a -n lab --type=merge -p '{"data":{"x":"4"}}'`)
    expect(await ok(`patch cm a -n lab --type=merge -p '{"data":{"x":"4"}}'`)).toContain('(no change)')
    await ok(`patch tier lab -p '{"spec":{"order":70}}'`)
    await ok('replace -f -', { stdin: JSON.stringify(configMap('a', { x: '5' })) })
    const editor = shell.file('editor.sh', '#!/bin/sh\nsed -i "s/order: 70/order: 80/;s/x: .5./x: \\"6\\"/" "$1"\n')
    const env = { EDITOR: `sh ${editor}` }
    await ok('edit tier lab', { env })
    await ok('edit cm a -n lab', { env })
    expect((await json('get tier lab')).spec.order).toBe(80)
    expect((await json('get cm a -n lab')).data).toEqual({ x: '6' })
    await ok('label pods --all -n lab pci=true')
    await ok('label pods --all -n lab pci=true')
    await fails('label pods --all -n lab pci=false')
    await ok('label pods --all -n lab pci=false --overwrite')
    const labels = (await json('get pods -n lab -l app=web')).items.map((pod: any) => pod.metadata.labels.pci)
    expect(labels).toEqual(['false', 'false'])
    await ok('label pods --all -n lab pci-')
    await ok('annotate cm a -n lab note=x')
    expect((await json('get cm a -n lab')).metadata.annotations.note).toBe('x')
  })

  row('run, wait, logs, exec, cp, attach by debug, port-forward', async () => {
    await ok('run multitool --image=wbitt/network-multitool -n lab')
    await ok('wait --for=condition=Ready pod/multitool -n lab --timeout=20s')
    await ok(`wait --for=jsonpath='{.status.phase}'=Running pod/multitool -n lab --timeout=20s`)
    await ok('logs multitool -n lab')
    await ok('logs multitool -n lab --tail=1')
    const once = await shell.run(
      'kubectl run once --image=busybox -n lab -i --rm --restart=Never -- sh -c "echo hi; exit 3"',
    )
    expect(once.stdout).toContain('hi\n')
    expect(once.code).toBe(3)
    expect(await ok('exec -i multitool -n lab -- cat', { stdin: 'through\n' })).toBe('through\n')
    await fails(`exec multitool -n lab -- sh -c 'exit 5'`, 5)
    const local = shell.file('local.txt', 'content\n')
    await ok(`cp ${local} lab/multitool:/tmp/there`)
    expect(await ok('exec multitool -n lab -- cat /tmp/there')).toBe('content\n')
    await ok(`cp lab/multitool:/tmp/there ${shell.folder}/back.txt`)
    expect(readFileSync(`${shell.folder}/back.txt`, 'utf8')).toBe('content\n')
    const pod = (await ok(`get pods -n ${SHOP} -l app=frontend -o jsonpath='{.items[0].metadata.name}'`)).trim()
    await ok(
      `debug ${pod} -n ${SHOP} --image=wbitt/network-multitool --profile=restricted --target=server -c dbg --attach=false -- sleep 600`,
    )
    expect((await json(`get pod ${pod} -n ${SHOP}`)).spec.ephemeralContainers[0].name).toBe('dbg')
    await fails(`exec ${pod} -c server -n ${SHOP} -- sh`)
    const forward = await shell.run(
      `kubectl port-forward deploy/frontend -n ${SHOP} :8080 > f.log 2>&1 & P=$!; for i in $(seq 100); do grep -q Forwarding f.log && break; sleep 0.1; done; curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' f.log | head -1)/; kill $P`,
    )
    expect(forward.stdout).toContain('200')
  })

  row('rollout, scale, set', async () => {
    await ok('rollout status deploy/web -n lab --timeout=20s')
    await ok('set image deploy/web nginx=nginx:1.27 -n lab')
    await ok('rollout status deploy/web -n lab --timeout=20s')
    await ok('rollout restart deploy/web -n lab')
    await ok('rollout status deploy/web -n lab --timeout=20s')
    expect(await ok('rollout history deploy/web -n lab')).toContain('REVISION')
    await ok('rollout undo deploy/web -n lab')
    await ok('set env deploy/web A=b -n lab')
    await ok('scale deploy/web --replicas=3 -n lab')
    await fails('scale deploy/web --current-replicas=7 --replicas=1 -n lab')
    await ok('wait --for=condition=Available deploy/web -n lab --timeout=20s')
    expect((await json('get deploy web -n lab')).status.readyReplicas).toBe(3)
  })

  row('watches: get -w, events -w, wait for what comes and goes', async () => {
    const watching = shell.run('kubectl get pods -n lab -w -o name', { until: /pod\/seen/ })
    const events = shell.run('kubectl events -n lab -w', { until: /seen/ })
    const create = shell.run('sleep 1; kubectl run seen --image=nginx -n lab')
    expect((await watching).stdout).toContain('pod/seen')
    expect((await events).stdout).toContain('seen')
    await create
    expect((await shell.run('kubectl get pod seen -n lab -w', { until: /Running/ })).stdout).toContain('Running')
    const gone = shell.run('kubectl wait --for=delete pod/seen -n lab --timeout=20s')
    await ok('delete pod seen -n lab --grace-period=1')
    expect((await gone).code).toBe(0)
    await fails('wait --for=condition=Ready pod/nope -n lab --timeout=1s')
    await fails('wait --for=condition=Never pod/multitool -n lab --timeout=1s')
  })

  row('describe, explain, events, auth can-i, top', async () => {
    for (const what of [`pod multitool -n lab`, `svc frontend -n ${SHOP}`, 'deploy web -n lab', 'tier lab'])
      expect(await ok(`describe ${what}`)).toMatch(/^Name:/)
    expect(await ok('explain pod.spec.ephemeralContainers')).toContain('FIELD: ephemeralContainers')
    expect(await ok('explain tiers.projectcalico.org.spec')).toContain('defaultAction')
    await fails('explain tier.spec.foo')
    expect((await ok('get events -n lab')).split('\n')[0]).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/)
    await ok('events -n lab')
    expect(await ok('auth can-i create pods -n lab')).toBe('yes\n')
    expect((await shell.run('kubectl auth can-i delete pods -n lab --as=system:serviceaccount:lab:u')).stdout).toBe(
      'no\n',
    )
    expect(await ok('auth can-i get pods -n lab --as=system:serviceaccount:lab:u')).toBe('yes\n')
    await ok('auth can-i --list -n lab')
    await ok('auth whoami')
    expect(await fails('top pods')).toMatch(/not available/)
  })

  row('delete: by name, selector, file, without waiting, a tier in use, a namespace', async () => {
    await ok('delete cm a m1 m2 -n lab')
    await ok('delete pod multitool -n lab --wait=false')
    await ok('delete deploy web -n lab --cascade=foreground')
    await ok('delete pods -l app=web -n lab --force --grace-period=0')
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'lab.p' },
      spec: { tier: 'lab', selector: 'all()', types: ['Ingress'], ingress: [{ action: 'Pass' }] },
    }
    await apply(policy)
    expect(await fails('delete tier lab --timeout=5s')).toContain('Cannot delete a non-empty tier')
    await ok('delete -f -', { stdin: JSON.stringify(policy) })
    await ok('delete tier lab')
    await ok('delete ns lab')
    expect(await fails('get ns lab')).toContain('NotFound')
  })

  row(`is what its name says (${minor})`, async () => {
    expect(JSON.parse(await ok('version --client -o json')).clientVersion.gitVersion).toContain(minor)
  })
})
