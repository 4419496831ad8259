// Every place the workshop runs: each kind of Calico, Pod Security levels, an image that cannot be pulled, NodeLocal
// DNS, a slow API. Run as the built program.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { type Lab, openLab } from './limited-user.ts'
import { buildProgram, eventsOf, runProgram } from './program.ts'

beforeAll(buildProgram)

const labs: Lab[] = []
async function newLab(options: Parameters<typeof openLab>[0] = {}): Promise<Lab & { run: Run; place: string[] }> {
  const lab = await openLab(options)
  labs.push(lab)
  const { user, write } = await lab.person('admin')
  await lab.send('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'admin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  })
  const run: Run = (...args) => runProgram([...args, '--via', 'api', ...write])
  return { ...lab, run, place: write }
}
type Run = (...args: string[]) => ReturnType<typeof runProgram>
afterAll(async () => {
  for (const lab of labs) await lab.close()
})

const sandboxTrack = (lab: string, calico: string, track: string) => [
  'run',
  '--auto',
  '--sandbox',
  '--track',
  track,
  '--calico',
  calico,
  '--home',
  lab,
  '--time-scale',
  '0',
  '--via',
  'api',
  '-o',
  'json',
]

describe('on every kind of Calico', () => {
  let home: Lab
  beforeAll(async () => {
    home = await openLab()
    labs.push(home)
  })

  /** What a step leaves out or does instead, by the reason it gives. */
  it.each([
    ['3.29', [/does not have staged policies/, /does not have domain names/]],
    ['3.30', [/not needed here: this cluster has staged policies|does not have domain names/]],
    ['3.31', [/does not have domain names/]],
    ['3.32', [/does not have domain names/]],
    ['native', [/does not have domain names/]],
    ['enterprise', [/not needed here: this cluster has domain names/]],
  ])('%s: the track is proved, and what differs is said', async (calico, reasons) => {
    const run = await runProgram(sandboxTrack(join(home.home, calico), calico, 'calico'))
    expect(run.stderr).toBe('')
    expect(run.code).toBe(0)
    const events = eventsOf(run.stdout)
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    const said = events.map((event) => event.skipped ?? '').join('\n')
    for (const reason of reasons) expect(said).toMatch(reason)
  })

  it('none: exit 5 with the way to the other track, which is proved there', async () => {
    const place = join(home.home, 'none')
    const calico = await runProgram(sandboxTrack(place, 'none', 'calico'))
    expect(calico.code).toBe(5)
    expect(JSON.parse(calico.stderr)).toMatchObject({ code: 'TRACK_NOT_POSSIBLE' })
    expect(calico.stderr).toMatch(/netpol/)
    const netpol = await runProgram(sandboxTrack(place, 'none', 'netpol'))
    expect([netpol.code, netpol.stderr]).toEqual([0, ''])
  })
})

describe('Pod Security of the shop', () => {
  it.each([
    ['privileged', 0],
    ['baseline', 0],
  ])('%s: deployed, labelled, proved', async (level, code) => {
    const lab = await newLab()
    await lab.send('POST', '/api/v1/namespaces', {
      metadata: { name: 'hipstershop', labels: { 'pod-security.kubernetes.io/enforce': level } },
    })
    const run = await lab.run('run', '--auto', '--from', '0', '--to', '1', '-o', 'json')
    expect([run.code, run.stderr]).toEqual([code, ''])
  })

  it('restricted: doctor fails with the line that helps, and step 0 is not called proved', async () => {
    const lab = await newLab()
    await lab.send('POST', '/api/v1/namespaces', {
      metadata: { name: 'hipstershop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    })
    const doctor = await lab.run('doctor', '-o', 'json')
    const check = JSON.parse(doctor.stdout).checks.find((one: any) => one.code === 'POD_SECURITY')
    expect(check).toMatchObject({ result: 'fail', next: expect.stringMatching(/enforce=baseline --overwrite/) })
    expect(doctor.code).toBe(5)
    const run = await lab.run('run', '--auto', '-o', 'json')
    expect([run.code, JSON.parse(run.stderr)]).toMatchObject([
      5,
      {
        code: 'PODS_REFUSED',
        hint: expect.stringMatching(/label namespaces hipstershop .*enforce=baseline --overwrite\n/),
      },
    ])
    const made = await Promise.all(
      ['pods', 'services', 'serviceaccounts'].map((kind) => lab.send('GET', `/api/v1/namespaces/hipstershop/${kind}`)),
    )
    expect(made.flatMap(({ items }) => items.map((one: any) => one.metadata.name))).toEqual(['default'])
  })

  it('restricted, with a shop that fits it: the whole track, probe containers included', async () => {
    const lab = await newLab({ withShop: true })
    await fitRestricted(lab)
    const run = await lab.run('run', '--auto', '-o', 'json')
    expect(run.stderr).toBe('')
    const events = eventsOf(run.stdout)
    expect(events.filter(({ type, ok }) => ok === false && /^(probe|action|proof)-/.test(type))).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    const { items } = await lab.send('GET', '/api/v1/namespaces/hipstershop/pods')
    const probing = items.flatMap((pod: any) => pod.spec.ephemeralContainers ?? [])
    expect(probing.length).toBeGreaterThan(3)
    for (const { securityContext } of probing)
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
  })
})

/** The shop's workloads with what `restricted` asks for at container level, and then the level itself. */
async function fitRestricted(lab: Lab): Promise<void> {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  }
  const hardened = (spec: any) => ({
    ...spec,
    securityContext: undefined,
    containers: spec.containers.map((container: any) => ({ ...container, securityContext })),
    ...(spec.initContainers
      ? { initContainers: spec.initContainers.map((container: any) => ({ ...container, securityContext })) }
      : {}),
  })
  const deployments = '/apis/apps/v1/namespaces/hipstershop/deployments'
  for (const { metadata, spec } of (await lab.send('GET', deployments)).items) {
    await lab.send('DELETE', `${deployments}/${metadata.name}`)
    const template = { ...spec.template, spec: hardened(spec.template.spec) }
    await lab.send('POST', deployments, {
      metadata: { name: metadata.name, labels: metadata.labels },
      spec: { ...spec, template },
    })
  }
  const pods = '/api/v1/namespaces/hipstershop/pods'
  await lab.send('DELETE', `${pods}/multitool?gracePeriodSeconds=0`)
  await lab.send('PATCH', '/api/v1/namespaces/hipstershop', {
    metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  })
  const containers = [{ name: 'multitool', image: 'wbitt/network-multitool', securityContext }]
  await lab.send('POST', pods, { metadata: { name: 'multitool', labels: { run: 'multitool' } }, spec: { containers } })
}

describe('a slow cluster', () => {
  it('answers every request late: the track is proved all the same, and no waiting passes for a block', async () => {
    // 2 s of simulated latency for each request, as 40 ms; `--faults` of npm run chaos has it at full length.
    const home = mkdtempSync(join(tmpdir(), 'hw-slow-'))
    const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0.02, faults: { latency: 1 } })
    try {
      const run = await runProgram(['run', '--auto', '--via', 'api', '--home', home, '-o', 'json'])
      expect([run.code, run.stderr]).toEqual([0, ''])
      const probes = eventsOf(run.stdout).filter(({ type }) => type === 'probe-settled')
      expect(probes.length).toBeGreaterThan(1000)
      expect(probes.filter(({ ok }) => !ok)).toEqual([])
      expect(sandbox.faultsInjected!().latency).toBe(sandbox.requestsSeen!())
      expect((await runProgram(['reset', '--yes', '--via', 'api', '--home', home])).code).toBe(0)
    } finally {
      await sandbox.close()
      rmSync(home, { recursive: true, force: true })
    }
  })
})

describe('probing in the way', () => {
  it('a probe image that cannot be pulled ends step 0 after seconds, not minutes', async () => {
    const lab = await newLab()
    const image = 'registry.invalid/no-such-image:1'
    const run = await lab.run('run', '--auto', '--to', '0', '--probe-image', image, '-o', 'json')
    expect(run.code).toBe(3)
    const ended = eventsOf(run.stdout).find(({ type, ok }) => type === 'action-finished' && !ok)
    expect(ended.message).toContain(`cannot pull ${image}`)
    expect(ended.hint).toMatch(/crictl pull .*docker push .*--probe-image/)
  })

  it('a probe image that cannot be pulled is named, with the way out, and nothing is claimed', async () => {
    const lab = await newLab({ withShop: true })
    const image = 'registry.invalid/no-such-image:1'
    const run = await lab.run('probe', 'frontend', 'cartservice:7070', '--probe-image', image, '-o', 'json')
    expect(run.code).toBe(3)
    expect(JSON.parse(run.stdout)).toMatchObject({ actual: 'cannot-run' })
    expect(run.stdout).toContain(image)
    expect(run.stdout).toMatch(/--probe-image/)
  })

  it('--no-ephemeral: pods without a shell cannot run, the others are measured', async () => {
    const lab = await newLab({ withShop: true })
    const bare = await lab.run('probe', 'frontend', 'cartservice:7070', '--no-ephemeral', '-o', 'json')
    expect(JSON.parse(bare.stdout)).toMatchObject({ actual: 'cannot-run' })
    const own = await lab.run('probe', 'adservice', 'cartservice:7070', '--no-ephemeral', '-o', 'json')
    expect(JSON.parse(own.stdout)).toMatchObject({ actual: 'open' })
  })

  it('NodeLocal DNS: doctor says what to add', async () => {
    const lab = await newLab({ withShop: true })
    await lab.send('POST', '/api/v1/namespaces/kube-system/pods', {
      metadata: { name: 'node-local-dns-1', labels: { 'k8s-app': 'node-local-dns' } },
      spec: { containers: [{ name: 'node-cache', image: 'k8s-dns-node-cache', args: ['-localip', '169.254.20.10'] }] },
    })
    const doctor = await lab.run('doctor', '-o', 'json')
    const check = JSON.parse(doctor.stdout).checks.find((one: any) => one.code === 'NODELOCAL_DNS')
    expect(check).toMatchObject({ result: 'warn', next: expect.stringContaining('169.254.20.10') })
  })
})
