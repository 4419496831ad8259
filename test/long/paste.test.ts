// The plan of a reset is lines to paste: real kubectl, given just those, brings the cluster where the plan says.
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { type Lab, openLab } from './limited-user.ts'
import { buildProgram, root, runProgram } from './program.ts'

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const why = 'missing' in found ? ` (skipped: ${found.missing})` : ''
/** The sandbox is in this process: nothing may block it. */
const exec = promisify(execFile)
const v3 = 'projectcalico.org/v3'

/** As kubectl writes it down; what was done by other means since is not in it. */
const applied = `${JSON.stringify({
  apiVersion: v3,
  kind: 'GlobalNetworkPolicy',
  metadata: { annotations: {}, name: 'security.pci-allowlist' },
  spec: { order: 7, selector: 'team == "x"', tier: 'security' },
})}\n`

/** Somebody was here before, with names of ours. */
const theirs = [
  [
    '/apis/projectcalico.org/v3/tiers',
    { kind: 'Tier', metadata: { name: 'security', labels: { team: 'x' } }, spec: { order: 500 } },
  ],
  [
    '/apis/projectcalico.org/v3/globalnetworkpolicies',
    {
      kind: 'GlobalNetworkPolicy',
      metadata: {
        name: 'security.pci-allowlist',
        annotations: { why: 'theirs', 'kubectl.kubernetes.io/last-applied-configuration': applied },
      },
      spec: { tier: 'security', order: 9, selector: 'team == "x"', types: ['Ingress'], ingress: [{ action: 'Deny' }] },
    },
  ],
  [
    '/apis/projectcalico.org/v3/globalnetworksets',
    { kind: 'GlobalNetworkSet', metadata: { name: 'global-trusted-domains' }, spec: { nets: ['198.51.100.0/24'] } },
  ],
] as const

describe.skipIf(!kubectl)(`lines of reset --dry-run${why}`, () => {
  let lab: Lab
  let place: string[]
  let kubeconfig: string
  beforeAll(async () => {
    buildProgram()
    lab = await openLab()
    for (const [path, object] of theirs) await lab.send('POST', path, { apiVersion: v3, ...object })
    const { user, write } = await lab.person('admin')
    await lab.send('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'admin' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    })
    place = write
    kubeconfig = write[write.indexOf('--kubeconfig') + 1]!
    mkdirSync(join(lab.home, 'bin'))
    symlinkSync(kubectl!, join(lab.home, 'bin', 'kubectl'))
  })
  afterAll(() => lab?.close())

  const dump = async () => {
    const { stdout } = await exec(process.execPath, [`${root}scripts/dump-api.mjs`, kubeconfig], { maxBuffer: 2 ** 26 })
    return stdout.split('\n').filter((line) => line && !line.includes('people'))
  }
  const go = async (...args: string[]) => {
    const ended = await runProgram([...args, '--via', 'api', ...place])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    return ended.stdout
  }
  /** From another home: what was proved before is no news about the cluster. */
  const status = async () => {
    const elsewhere = [...place]
    elsewhere[elsewhere.indexOf('--home') + 1] = join(lab.home, 'elsewhere')
    return JSON.parse((await runProgram(['status', '-o', 'json', ...elsewhere])).stdout)
  }

  async function paste(...args: string[]): Promise<void> {
    const plan = JSON.parse(await go('reset', '--dry-run', '-o', 'json', ...args))
    expect(plan.questions).toEqual([])
    expect(plan.lines.length).toBeGreaterThan(3)
    const env = { PATH: `${join(lab.home, 'bin')}:${process.env.PATH}`, HOME: lab.home, KUBERC: 'off' }
    const script = plan.lines.map(({ command }: { command: string }) => command).join('\n')
    await exec('bash', ['-e', '-c', script], { cwd: plan.folder, env })
  }

  it('do what reset does: back to a step, forwards to one, and to before the workshop', async () => {
    const before = await dump()
    expect(before.length).toBeGreaterThan(20)
    await go('run', '--auto', '--from', '0', '--to', '7')
    await paste('--to', '3')
    expect(await status()).toMatchObject({ step: 3, findings: [] })
    await paste('--to', '8')
    expect(await status()).toMatchObject({ step: 8, findings: [] })
    await paste()
    expect(await dump()).toEqual(before)
    expect(await go('reset', '--dry-run')).toMatch(/^Nothing to do/)
  })

  it('go all the way forwards from nothing', async () => {
    await paste('--to', '6')
    expect(await status()).toMatchObject({ step: 6, findings: [] })
  })
})
