// Users with limited rights, as the built program meets them: what `doctor --rbac` prints is enough, and with less
// doctor names what is missing and no step is begun that cannot be finished.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { type Lab, openLab, rightsFor } from './limited-user.ts'
import { buildProgram, eventsOf, runProgram } from './program.ts'

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const noKubectl = 'missing' in found ? ` (skipped: ${found.missing})` : ''
beforeAll(buildProgram)

const doctor = async (place: string[], ...more: string[]) => {
  const { stdout } = await runProgram(['doctor', '-o', 'json', ...more, ...place])
  const { checks } = JSON.parse(stdout) as { checks: { code: string; result: string; details?: string[] }[] }
  return new Map(checks.map((check) => [check.code, check]))
}

describe('with exactly the rights doctor --rbac prints', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab?.close())

  it.each([
    ['calico', 'api'],
    ['netpol', 'api'],
  ])('the track %s by %s passes, is taken back, and can be done again', wholeTrack)
  it.skipIf(!kubectl)(`the track calico by kubectl passes, is taken back, and can be done again${noKubectl}`, () =>
    wholeTrack('calico', 'kubectl'),
  )

  async function wholeTrack(track: string, via: string): Promise<void> {
    const { user, place, write } = await lab.person(`${track}-${via}`)
    await lab.apply(renamed(await rightsFor(user, lab, track), `${track}-${via}`))
    for (const code of ['PERMISSIONS', 'TIER_RIGHTS', 'EPHEMERAL_CONTAINERS', 'EXEC_ALLOWED'])
      expect((await doctor(place, '--track', track)).get(code)?.result, code).toMatch(/ok|skip/)
    const env = kubectl ? { HW_KUBECTL: kubectl } : {}
    const run = () =>
      runProgram(['run', '--auto', '--track', track, '--via', via, '--from', '0', '-o', 'json', ...write], env)
    const first = await run()
    expect(first.stderr).toBe('')
    const events = eventsOf(first.stdout)
    expect(events.filter(({ type, ok }) => ok === false && /^(probe|action|proof)-/.test(type))).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    const reset = await runProgram(['reset', '--yes', '--track', track, '--via', via, ...write], env)
    expect(reset.stderr).toBe('')
    expect(reset.code).toBe(0)
    // The rights were in namespaces that were there before, so they are there still.
    const second = await runProgram(
      ['run', '--auto', '--track', track, '--via', via, '--from', '0', '--to', '0', ...write],
      env,
    )
    expect(second.stderr).toBe('')
    expect(second.code).toBe(0)
    expect((await runProgram(['reset', '--yes', '--track', track, '--via', via, ...write], env)).code).toBe(0)
  }

  it('leaves no credential in what it prints or keeps', async () => {
    const { user, place, write } = await lab.person('quiet')
    await lab.apply(renamed(await rightsFor(user, lab, 'calico'), 'quiet'))
    const secret = 'only-in-the-environment-5f2c'
    const env = { HW_TEST_SECRET: secret, ...(kubectl ? { HW_KUBECTL: kubectl } : {}) }
    const runs = [
      await runProgram(['run', '--auto', '--debug', ...write], env),
      await runProgram(['verify', '-o', 'json', '--debug', ...place], env),
      await runProgram(['doctor', '--debug', ...place], env),
      await runProgram(['reset', '--yes', '--debug', ...write], env),
    ]
    const kept = filesIn(place[place.indexOf('--home') + 1]!)
    expect(kept.length).toBeGreaterThan(3)
    const everything = [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...kept].join('\n')
    for (const token of [...lab.tokens, ...lab.tokens.map((one) => Buffer.from(one).toString('base64')), secret])
      expect(everything.includes(token)).toBe(false)
    expect(everything).not.toMatch(/BEGIN (CERTIFICATE|[A-Z ]*PRIVATE KEY)/)
  })
})

describe('with less', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await openLab({ withShop: true })
    for (const name of ['hipstershop', 'hipster-workshop'])
      await lab.send('POST', '/api/v1/namespaces', { metadata: { name } })
  })
  afterAll(() => lab?.close())

  it('no rights in one tier: step 3, which writes into two, is refused before its first change', async () => {
    const { user, place, write } = await lab.person('half')
    const rights = await rightsFor(user, lab, 'calico')
    await lab.apply(renamed(rights.replaceAll('"platform.*", ', ''), 'half'))
    const checks = await doctor(place)
    expect(checks.get('PERMISSIONS')).toMatchObject({ result: 'ok' })
    expect(checks.get('TIER_RIGHTS')).toMatchObject({ result: 'fail' })
    expect(checks.get('TIER_RIGHTS')!.details!.join('\n')).toMatch(/^platform \(step 3, 5\): .*in tier "platform"/)
    const run = await runProgram(['run', '--auto', '--from', '0', '--via', 'api', '-o', 'json', ...write])
    expect(run.code).toBe(5)
    expect(JSON.parse(run.stderr)).toMatchObject({ type: 'error', code: 'STEP_NOT_ALLOWED' })
    const events = eventsOf(run.stdout)
    expect(events.filter((event) => event.step === 3).map((event) => event.type)).toEqual([
      'step-started',
      'run-failed',
    ])
    expect(events.filter((event) => event.type === 'step-finished' && event.outcome === 'passed').length).toBe(3)
    const policies = await lab.send('GET', '/apis/projectcalico.org/v3/globalnetworkpolicies')
    expect(policies.items.filter((one: any) => one.metadata.labels?.['app.kubernetes.io/part-of'])).toEqual([])
    const reset = await runProgram(['reset', '--yes', '--via', 'api', ...write])
    expect([reset.code, reset.stderr]).toEqual([0, ''])
  })

  it('a reset that may not undo everything undoes nothing, and says what is missing', async () => {
    const { user, write } = await lab.person('stuck')
    const rights = await rightsFor(user, lab, 'calico')
    const { user: chief, write: whole } = await lab.person('chief')
    await lab.apply(renamed(rights.replaceAll(user, chief), 'chief'))
    const run = await runProgram(['run', '--auto', '--from', '0', '--to', '3', '--via', 'api', '-o', 'json', ...whole])
    expect([run.code, run.stderr]).toEqual([0, ''])
    await lab.apply(renamed(rights.replaceAll('"platform.*", ', ''), 'stuck'))
    const before = await lab.send('GET', '/apis/projectcalico.org/v3/globalnetworkpolicies')
    const refused = await runProgram(['reset', '--yes', '--via', 'api', ...write])
    expect(refused.code).toBe(5)
    expect(refused.stderr).toMatch(/nothing was changed.*in tier "platform".*RESET_NOT_ALLOWED/s)
    const after = await lab.send('GET', '/apis/projectcalico.org/v3/globalnetworkpolicies')
    const names = (list: any) => list.items.map((one: any) => `${one.metadata.name} ${one.metadata.resourceVersion}`)
    expect(names(after)).toEqual(names(before))
    expect((await runProgram(['reset', '--yes', '--via', 'api', ...whole])).code).toBe(0)
  })

  it('namespace admin: doctor says of each step what is possible; nothing is begun, nothing is claimed', async () => {
    const { user, place, write } = await lab.person('tenant')
    for (const namespace of ['hipstershop', 'default', 'hipster-workshop'])
      await lab.send('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
        metadata: { name: 'tenant' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      })
    const checks = await doctor(place)
    const steps = checks.get('PERMISSIONS')!.details!
    expect(steps.length).toBe(9)
    expect(steps[1]).toMatch(/^step 1 .*: allowed$/)
    expect(steps[2]).toMatch(/^step 2 .*: get, create, patch tiers/)
    expect(checks.get('STATE_RIGHTS')).toMatchObject({ result: 'fail' })
    expect(checks.get('EPHEMERAL_CONTAINERS')).toMatchObject({ result: 'warn' })
    for (const command of [['status'], ['run', '--auto', '--via', 'api'], ['reset', '--yes', '--via', 'api']]) {
      const ended = await runProgram([...command, ...(command[0] === 'status' ? place : write)])
      expect([ended.code, ended.stdout], command[0]).toEqual([5, ''])
      expect(ended.stderr).toMatch(/Nothing was changed:\n {2}Namespace: namespaces is forbidden.*STATE_UNREADABLE/s)
    }
    // What can be seen and tried from there is measured, without a word on who decides.
    const probe = await runProgram(['probe', 'adservice', 'cartservice:7070', '--via', 'api', '-o', 'json', ...place])
    expect(JSON.parse(probe.stdout)).toMatchObject({ actual: 'open', decidedBy: null })
  })

  it('no ephemeral containers: doctor warns, and the shell-less pods are probed from twins', async () => {
    const { user, place, write } = await lab.person('bare')
    await lab.apply(renamed(without(await rightsFor(user, lab, 'calico'), 'pods/ephemeralcontainers'), 'bare'))
    expect((await doctor(place)).get('EPHEMERAL_CONTAINERS')).toMatchObject({ result: 'warn' })
    const run = await runProgram(['run', '--auto', '--from', '0', '--to', '1', '--via', 'api', '-o', 'json', ...write])
    const probes = eventsOf(run.stdout).filter((event) => event.type === 'probe-settled')
    expect(probes.length).toBeGreaterThan(200)
    for (const probe of probes) expect(['open', 'cannot-run']).toContain(probe.actual)
    expect(run.code).toBe(0)
    const pods = await lab.send('GET', '/api/v1/namespaces/hipstershop/pods')
    expect(pods.items.filter((pod: any) => pod.spec.ephemeralContainers?.length)).toEqual([])
    expect((await runProgram(['reset', '--yes', '--via', 'api', ...write])).code).toBe(0)
  })

  it('read-only: doctor names every step, and nothing is begun', async () => {
    const { user, place, write } = await lab.person('reader')
    await lab.apply(binding('reader', 'view', user))
    const checks = await doctor(place)
    expect(checks.get('PERMISSIONS')!.details!.length).toBe(9)
    expect(checks.get('EXEC_ALLOWED')).toMatchObject({ result: 'fail' })
    const before = await lab.send('GET', '/api/v1/pods')
    const run = await runProgram(['run', '--auto', '--from', '0', '--via', 'api', '-o', 'json', ...write])
    expect(run.code).toBe(5)
    expect(JSON.parse(run.stderr).code).toBe('RECORDS_NOT_ALLOWED')
    expect(eventsOf(run.stdout).filter((event) => event.type === 'action-started')).toEqual([])
    const after = await lab.send('GET', '/api/v1/pods')
    expect(after.items.map((pod: any) => pod.metadata.uid)).toEqual(before.items.map((pod: any) => pod.metadata.uid))
  })
})

/** Each person has roles of their own. */
function renamed(yaml: string, suffix: string): string {
  return yaml.replace(
    /(kind: (?:ClusterRole|Role|ClusterRoleBinding|RoleBinding)\n(?:metadata:\n)? {2}name: hipster-workshop)$/gm,
    `$1-${suffix}`,
  )
}

function without(yaml: string, resource: string): string {
  return parseAllDocuments(yaml)
    .map((document) => {
      const object = document.toJS()
      if (object.rules) object.rules = object.rules.filter((rule: any) => !rule.resources.includes(resource))
      return stringify(object)
    })
    .join('---\n')
}

function binding(name: string, role: string, user: string): string {
  return stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  })
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}
