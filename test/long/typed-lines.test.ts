// The workshop's lines as people type them: real kubectl against `sandbox start --with-shop` of the built program.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectlVersions, type RunOptions, Shell } from './kubectls.ts'
import { buildProgram, startProgram } from './program.ts'

const found = kubectlVersions().find(({ minor, missing }) => minor === '1.34' && !missing)
const SHOP = 'hipstershop'
const PODS = 13

describe.skipIf(!found)(`lines typed with kubectl${found ? '' : ' (skipped: kubectl 1.34 is not built)'}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'hw-typed-'))
  let server: ReturnType<typeof startProgram>
  let shell: Shell

  beforeAll(async () => {
    buildProgram()
    server = startProgram(['sandbox', 'start', '--with-shop', '--home', home, '--time-scale', '0', '-o', 'json'])
    const line = await new Promise<string>((resolve, reject) => {
      let text = ''
      server.stdout!.on('data', (chunk) => {
        text += chunk
        if (text.includes('\n')) resolve(text.split('\n')[0]!)
      })
      server.on('close', () => reject(new Error(`the sandbox ended: ${text}`)))
    })
    shell = new Shell(found!.path, readFileSync(JSON.parse(line).kubeconfig, 'utf8'))
  })
  afterAll(async () => {
    const closed = new Promise((resolve) => server?.on('close', resolve))
    server?.kill('SIGINT')
    if (server) await closed
    shell?.dispose()
    rmSync(home, { recursive: true, force: true })
  })

  const type = (line: string, options: RunOptions = {}) => shell.run(line, options)
  /** A line that ends well; its output. */
  const ok = async (line: string, options: RunOptions = {}) => {
    const ran = await type(line, options)
    expect(ran, line).toMatchObject({ code: 0 })
    return ran.stdout
  }
  const podOf = (app: string) => `$(kubectl get pod -n ${SHOP} -l app=${app} -o jsonpath='{.items[0].metadata.name}')`

  it('labels every pod, shows the labels through grep, takes them off again', async () => {
    expect((await ok(`kubectl label pods --all -n ${SHOP} pci=true`)).match(/ labeled\n/g)).toHaveLength(PODS)
    expect(await ok(`kubectl get pods -n ${SHOP} --show-labels | grep cartservice`)).toMatch(
      /^cartservice-\S+ +1\/1 +Running +0 +\S+ +app=cartservice,pci=true,pod-template-hash=\w+\n$/,
    )
    expect(await ok(`kubectl get pods -n ${SHOP} --show-labels | grep -c pci=true`)).toBe(`${PODS}\n`)
    expect((await ok(`kubectl label pods --all -n ${SHOP} pci-`)).match(/ unlabeled\n/g)).toHaveLength(PODS)
  })

  it('reaches every port before there is a policy, from a pod with the tools', async () => {
    const nc = await type(
      `kubectl exec -t multitool -- sh -c 'nc -zvw 3 frontend.${SHOP} 80; nc -zvw 3 cartservice.${SHOP} 7070; nc -zvw 3 redis-cart.${SHOP} 6379' 2>&1`,
    )
    expect(nc.stdout.match(/open\r?\n/g)).toHaveLength(3)
    expect(
      await ok(`kubectl exec -t multitool -- sh -c 'curl -I frontend.${SHOP} 2>/dev/null | grep -i http'`),
    ).toMatch(/^HTTP\/1\.1 200 OK\r?\n$/)
    expect(
      await ok(`kubectl exec -t multitool -- sh -c 'curl -I -m 3 www.google.com 2>/dev/null | grep -i http'`),
    ).toMatch(/^HTTP\/1\.1 \d+ /)
    expect(await ok('kubectl exec -t multitool -- ping -c 3 8.8.8.8')).toContain(
      '3 packets transmitted, 3 received, 0% packet loss',
    )
  })

  it('applies several documents from a here-document, and they take effect', async () => {
    const lines = `kubectl apply -f - <<EOF
apiVersion: projectcalico.org/v3
kind: Tier
metadata:
  name: security
spec:
  order: 300
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: security.no-redis
spec:
  tier: security
  selector: app == 'redis-cart'
  types: [Ingress]
  ingress:
  - action: Deny
    source:
      selector: run == 'multitool'
EOF`
    const made =
      'tier.projectcalico.org/security created\nglobalnetworkpolicy.projectcalico.org/security.no-redis created\n'
    expect(await ok(lines)).toBe(made)
    const redis = `kubectl exec -t multitool -- sh -c 'nc -zvw 3 redis-cart.${SHOP} 6379'`
    expect(await type(redis)).toMatchObject({ code: 1 })
    expect((await type('kubectl delete tier security')).stderr).toContain('Cannot delete a non-empty tier')
    await ok('kubectl delete gnp security.no-redis')
    await ok('kubectl delete tier security')
    await ok(redis)
  })

  it('runs a pod, waits for it, types in it, reads its log and describes it, and deletes it', async () => {
    expect(await ok('kubectl run probe --image=wbitt/network-multitool')).toBe('pod/probe created\n')
    expect(await ok('kubectl wait --for=condition=Ready pod/probe --timeout=30s')).toBe('pod/probe condition met\n')
    expect(await ok("kubectl get pod probe -o jsonpath='{.status.phase}'")).toBe('Running')
    expect(await ok('kubectl exec -i probe -- sh', { stdin: 'hostname\nexit\n' })).toBe('probe\n')
    await ok('kubectl logs probe')
    expect(await ok('kubectl describe pod probe')).toMatch(/Normal +Started .* Started container probe/)
    expect(await ok('kubectl delete pod probe')).toBe('pod "probe" deleted from default namespace\n')
    expect((await type('kubectl get pod probe')).stderr).toBe('Error from server (NotFound): pods "probe" not found\n')
  })

  it.each(['cartservice', 'checkoutservice'])('finds no shell in %s, as containerd says it', async (app) => {
    const ran = await type(`kubectl exec ${podOf(app)} -n ${SHOP} -- sh`)
    expect(ran.code).toBe(1)
    expect(ran.stdout).toBe('')
    expect(ran.stderr.replace(/"[0-9a-f]{64}"/, 'ID')).toBe(
      'error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec ID: OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown\n',
    )
    const full = await type(`kubectl exec ${podOf(app)} -n ${SHOP} -- /bin/sh -c 'id'`)
    expect([full.code, full.stderr.includes('exec: "/bin/sh": stat /bin/sh: no such file or directory')]).toEqual([
      1,
      true,
    ])
  })

  it('ends as the command in the pod ended', async () => {
    for (const [command, code] of [
      ["sh -c 'exit 7'", 7],
      ['false', 1],
      ["sh -c 'nosuch'", 127],
      [`sh -c 'nc -zw1 frontend.${SHOP} 81'`, 1],
    ] as const) {
      expect(await type(`kubectl exec multitool -- ${command}`), command).toMatchObject({ code })
    }
  })
})
