// The recorded kubectl commands about Calico's kinds, in their order, typed with real kubectl: what it prints and how it ends.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  comparable,
  comparableText,
  type SequenceCase,
  SequenceWorld,
  sequenceCases,
} from '../sandbox/calico/sequence.ts'
import { kubectlVersions, Shell } from './kubectls.ts'

/** What differs from the cluster the commands were recorded on, and why. */
const OTHERWISE: Record<string, string> = {
  'native api-versions': 'that API server had more of its own groups switched on, and no ClusterNetworkPolicy',
  'native kinds-shortname-cnp': 'a warning about ClusterNetworkPolicy, which that cluster had not',
  'native explain-tier': 'lines are broken where the CRD breaks them',
  'native explain-gnp-spec': 'lines are broken where the CRD breaks them',
}
const recorded = kubectlVersions().find(({ minor }) => minor === '1.34')
const missing = !recorded || recorded.missing

describe.each(['aggregated', 'native'] as const)('%s', (mode) => {
  let world: SequenceWorld
  let shell: Shell
  beforeAll(async () => {
    if (missing) return
    world = await SequenceWorld.open(mode)
    shell = new Shell(recorded.path, world.sandbox.kubeconfig)
  })
  afterAll(async () => {
    shell?.dispose()
    await world?.close()
  })

  // What is only a request is compared as one elsewhere.
  for (const one of sequenceCases(mode).filter(({ kubectl, raw }) => !raw || !kubectl.includes('--raw'))) {
    const why = missing ? 'kubectl 1.34 is not built' : OTHERWISE[`${mode} ${one.case}`]
    it.skipIf(why !== undefined)(`${one.case}${why === undefined ? '' : ` (skipped: ${why})`}`, () => type(one))
  }

  async function type(one: SequenceCase) {
    const name = one.case
    await world.prepare(name)
    const line = ['kubectl', ...one.kubectl].map(quoted).join(' ')
    const ran = await shell.run(line, { stdin: one.stdin ?? '', ...(/diff/.test(name) ? DIFF : {}) })
    const json =
      one.json &&
      ran.stdout
        .trim()
        .split('\n')
        .map((text) => comparable(JSON.parse(text)))
    expect({
      exit: ran.code,
      ...(json ? { json } : { stdout: readable(ran.stdout) }),
      stderr: readable(ran.stderr),
    }).toEqual({
      exit: one.exit,
      ...(json ? { json: comparable(one.json) } : { stdout: readable(one.stdout) }),
      stderr: readable(one.stderr),
    })
    await tidy(name, one)
  }

  /** As the recorder did: what was created only to see whether it may be goes again. */
  async function tidy(name: string, one: SequenceCase) {
    if (/^rbac-\w+-create-/.test(name) && one.exit === 0)
      await world.remove('NetworkPolicy', JSON.parse(one.stdin!).metadata.name)
    if (name === 'tier-delete-emptied') await world.remove('Tier', 'holder')
  }
})

/** The recorder gave the folders of a diff plain names. */
const DIFF = { env: { KUBECTL_EXTERNAL_DIFF: 'diff -u -N' } }

function readable(text = ''): string {
  return comparableText(text)
    .replace(/\S*\/?(LIVE|MERGED)[-\w]*\//g, '$1/')
    .replaceAll('kubernetes-admin', 'admin')
}

function quoted(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`
}
