import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/contracts.ts'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { noKubectl, runKubectl } from './clients.ts'

const NS = 'hipstershop'
let home: string
let sandbox: Sandbox

describe.skipIf(noKubectl)(`real kubectl${noKubectl ? ` (skipped: ${noKubectl})` : ''}`, () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'hw-kubectl-'))
    const shopManifests = join(import.meta.dirname, '..', '..', '..', 'manifests', 'shop')
    sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0, withShop: true, shopManifests })
  })
  afterAll(async () => {
    await sandbox?.close()
    rmSync(home, { recursive: true, force: true })
  })

  const kubectl = (line: string, options: { stdin?: string; env?: Record<string, string> } = {}) =>
    runKubectl(
      sandbox,
      home,
      line.match(/'[^']*'|\S+/g)!.map((word) => word.replace(/^'|'$/g, '')),
      options,
    )
  const podOf = async (app: string) =>
    (await kubectl(`get pods -n ${NS} -l app=${app} -o jsonpath={.items[0].metadata.name}`)).stdout

  it('finds the shop ready', async () => {
    const { code, stdout } = await kubectl(`wait --for=condition=Ready pods --all -n ${NS} --timeout=20s`)
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(13)
  })

  it.each([{}, { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }])('execs with exit codes and stdin (%o)', async (env) => {
    const failed = await kubectl(`exec -n ${NS} multitool -- sh -c 'echo out; echo err >&2; exit 3'`, { env })
    expect(failed).toMatchObject({ code: 3, stdout: 'out\n' })
    expect(failed.stderr).toContain('err\n')
    expect(await kubectl(`exec -i -n ${NS} multitool -- cat`, { stdin: 'through\n', env })).toMatchObject({
      code: 0,
      stdout: 'through\n',
    })
    expect((await kubectl(`exec -n ${NS} deploy/cartservice -- sh`, { env })).stderr).toContain(
      'executable file not found in $PATH',
    )
    expect((await kubectl(`exec -n ${NS} multitool -c zzz -- ls`, { env })).stderr).toContain(
      'container zzz is not valid for pod multitool',
    )
  })

  it('deletes a pod and finds its successor', async () => {
    const before = await podOf('cartservice')
    expect((await kubectl(`delete pod ${before} -n ${NS}`)).code).toBe(0)
    expect((await kubectl(`rollout status deploy/cartservice -n ${NS} --timeout=15s`)).code).toBe(0)
    expect(await podOf('cartservice')).not.toBe(before)
  })

  it('restarts a deployment and waits for it', async () => {
    expect((await kubectl(`rollout restart deploy/frontend -n ${NS}`)).code).toBe(0)
    expect((await kubectl(`rollout status deploy/frontend -n ${NS} --timeout=15s`)).stdout).toContain(
      'successfully rolled out',
    )
  })

  it('adds a probe container to a shop pod and probes from it', async () => {
    const pod = await podOf('checkoutservice')
    const debug = await kubectl(
      `debug ${pod} -n ${NS} --image=wbitt/network-multitool -c probe --profile=restricted -- sleep infinity`,
    )
    expect(debug.code).toBe(0)
    const running = `--for=jsonpath={.status.ephemeralContainerStatuses[0].state.running.startedAt}`
    expect((await kubectl(`wait pod ${pod} -n ${NS} ${running} --timeout=15s`)).code).toBe(0)
    const probe = await kubectl(`exec ${pod} -n ${NS} -c probe -- nc -zvw 3 redis-cart 6379`)
    expect([probe.code, probe.stderr]).toEqual([
      0,
      expect.stringMatching(/^redis-cart \(10\.96\.\d+\.\d+:6379\) open\n$/),
    ])
  })

  it('runs pods: to stay, to attach to, to fail', async () => {
    expect((await kubectl('run probe --image=wbitt/network-multitool')).code).toBe(0)
    expect((await kubectl('wait --for=condition=Ready pod/probe --timeout=15s')).code).toBe(0)
    expect(
      (await kubectl('run -i --rm --restart=Never once --image=busybox -- cat', { stdin: 'typed\n' })).stdout,
    ).toContain('typed')
    expect((await kubectl(`run -i --rm --restart=Never bad --image=busybox -- sh -c 'exit 5'`)).code).toBe(5)
  })

  it('reads logs: all, the last lines, of the run before, with times', async () => {
    expect((await kubectl(`logs deploy/redis-cart -n ${NS} --tail=1`)).stdout).toContain('Ready to accept connections')
    expect((await kubectl(`logs deploy/redis-cart -n ${NS} --tail=1 --timestamps`)).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z 1:M /,
    )
    expect((await kubectl(`logs multitool -n ${NS} --previous`)).stderr).toContain(
      'previous terminated container "multitool" in pod "multitool" not found',
    )
    await kubectl(`run echo --image=busybox --restart=Never -- sh -c 'echo one; echo two'`)
    await kubectl(`wait --for=jsonpath={.status.phase}=Succeeded pod/echo --timeout=15s`)
    // A finished container ends a followed log by itself.
    expect((await kubectl('logs -f echo')).stdout).toBe('one\ntwo\n')
  })

  it('takes a namespace away with all that is in it', async () => {
    expect((await kubectl('create ns lab')).code).toBe(0)
    expect((await kubectl('create deployment web --image=nginx -n lab')).code).toBe(0)
    expect((await kubectl('wait deploy/web -n lab --for=condition=Available --timeout=15s')).code).toBe(0)
    expect((await kubectl('delete ns lab --timeout=20s')).code).toBe(0)
    expect((await kubectl('get pods -n lab -o name')).stdout).toBe('')
    expect((await kubectl('get ns lab')).code).toBe(1)
  })
})
