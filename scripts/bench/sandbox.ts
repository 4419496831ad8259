import type { BenchLine } from '../bench.ts'
import { type Call, type SandboxProcess, startSandbox, withSandboxBundle } from './sandbox-process.ts'
import { median } from './shared.ts'

const PODS = 2000
const POLICIES = 2000
const NAMESPACE = 'big'
const PODS_PATH = `/api/v1/namespaces/${NAMESPACE}/pods`
const POLICIES_PATH = `/apis/projectcalico.org/v3/namespaces/${NAMESPACE}/networkpolicies`
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const APPLY = 'application/apply-patch+yaml'

/** The sandbox alone, in a process of its own, on loopback as kubectl meets it. */
export function benchSandbox(): Promise<BenchLine[]> {
  return withSandboxBundle(async (bundle) => [
    await startLine(bundle),
    await patchLine(bundle),
    ...(await scaleLines(bundle)),
  ])
}

async function startLine(bundle: string): Promise<BenchLine> {
  const times: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < 11; round++) {
    const sandbox = await startSandbox(bundle)
    times.push(sandbox.start.ms)
    cpu.push(sandbox.start.cpuMs)
    await sandbox.close()
  }
  const ms = median(times)
  return {
    name: 'sandbox: start on a new home once the bundle is loaded',
    value: ms,
    unit: 'ms',
    budget: '< 150 ms',
    withinBudget: ms < 150,
    detail: `${median(cpu).toFixed(0)} ms of processor time`,
  }
}

async function patchLine(bundle: string): Promise<BenchLine> {
  const sandbox = await startSandbox(bundle)
  try {
    await addNamespace(sandbox)
    await inParallel(10, (index) => sandbox.call({ method: 'POST', path: PODS_PATH, body: pod(index) }))
    await sandbox.usage(true)
    const patch = (turn: number) =>
      sandbox.call({
        method: 'PATCH',
        path: `${PODS_PATH}/p-${turn % 10}`,
        body: { metadata: { labels: { turn: `t${turn}` } } },
        type: MERGE,
      })
    await inParallel(500, patch)
    const before = await sandbox.usage()
    const began = performance.now()
    await inParallel(2000, (turn) => patch(turn + 500))
    const perSecond = 2000 / ((performance.now() - began) / 1000)
    const { cpuMs } = await sandbox.usage()
    return {
      name: 'sandbox: label patches of 10 pods',
      value: perSecond,
      unit: '/s',
      budget: '> 400 /s',
      withinBudget: perSecond > 400,
      detail: `${((cpuMs - before.cpuMs) / 2000).toFixed(2)} ms of processor time each`,
    }
  } finally {
    await sandbox.close()
  }
}

async function scaleLines(bundle: string): Promise<BenchLine[]> {
  const sandbox = await startSandbox(bundle)
  try {
    await addNamespace(sandbox)
    await inParallel(PODS, (index) => sandbox.call({ method: 'POST', path: PODS_PATH, body: pod(index) }))
    await inParallel(POLICIES, (index) => sandbox.call({ method: 'POST', path: POLICIES_PATH, body: policy(index) }))
    await sandbox.usage(true)
    const list = (what: string, call: Call) => measure(sandbox, `list ${what}`, 100, 15, () => sandbox.call(call))
    const apply = (how: string, call: (turn: number) => Call) =>
      measure(sandbox, `apply of one policy, ${how}`, 20, 30, (turn) => sandbox.call(call(turn)))
    const one = (turn: number) => `${POLICIES_PATH}/default.p-${turn}`
    const changed = (turn: number) => ({ ...policy(turn), spec: { ...policy(turn).spec, order: 5000 + turn } })
    const probe = `${PODS_PATH}/p-0/exec?${['nc', '-z', '-w', '1', 'kubernetes.default', '443'].map((word) => `command=${word}`).join('&')}&stdout=true&stderr=true`
    const lines = [
      await list('all pods', { path: PODS_PATH }),
      await list('all pods as a table', { path: PODS_PATH, accept: TABLE }),
      await list('500 pods as a table', { path: `${PODS_PATH}?limit=500`, accept: TABLE }),
      await list('pods by label', { path: `${PODS_PATH}?labelSelector=app+in+(a-1,a-2),set!%3Ds-1` }),
      await list('pods by node', { path: `${PODS_PATH}?fieldSelector=spec.nodeName%3Dhipster-worker` }),
      await list('all policies', { path: POLICIES_PATH }),
      await list('all policies as a table', { path: POLICIES_PATH, accept: TABLE }),
      await apply('new', (turn) => ({
        method: 'POST',
        path: `${POLICIES_PATH}?fieldValidation=Strict`,
        body: { ...policy(turn), metadata: { name: `default.new-${turn}` } },
      })),
      await apply('changed', (turn) => ({
        method: 'PATCH',
        path: `${one(turn)}?fieldValidation=Strict`,
        body: { spec: { order: 3000 + turn } },
        type: STRATEGIC,
      })),
      await apply('server-side', (turn) => ({
        method: 'PATCH',
        path: `${one(turn)}?fieldManager=kubectl&force=true`,
        body: changed(turn),
        type: APPLY,
      })),
      await measure(sandbox, 'exec of a probe', 30, 30, () => sandbox.exec(probe)),
      await measure(sandbox, 'exec of a probe after a policy changed', 30, 15, async (turn) => {
        await sandbox.call({ method: 'PATCH', path: one(turn), body: { spec: { order: 9000 + turn } }, type: MERGE })
        await sandbox.exec(probe)
      }),
      await measure(sandbox, 'exec of a probe after a pod changed', 30, 15, async (turn) => {
        const body = { metadata: { labels: { turn: `t${turn}` } } }
        await sandbox.call({ method: 'PATCH', path: `${PODS_PATH}/p-${turn + 1}`, body, type: MERGE })
        await sandbox.exec(probe)
      }),
    ]
    const { rssMb } = await sandbox.usage()
    return [...lines, { name: `sandbox: memory with ${PODS} pods and ${POLICIES} policies`, value: rssMb, unit: 'MB' }]
  } finally {
    await sandbox.close()
  }
}

async function measure(
  sandbox: SandboxProcess,
  what: string,
  budget: number,
  rounds: number,
  act: (turn: number) => Promise<unknown>,
): Promise<BenchLine> {
  await act(rounds)
  const times: number[] = []
  const before = await sandbox.usage()
  for (let turn = 0; turn < rounds; turn++) {
    const began = performance.now()
    await act(turn)
    times.push(performance.now() - began)
  }
  const { cpuMs } = await sandbox.usage()
  const ms = median(times)
  return {
    name: `sandbox with ${PODS} pods and ${POLICIES} policies: ${what}`,
    value: ms,
    unit: 'ms',
    budget: `< ${budget} ms`,
    withinBudget: ms < budget,
    detail: `${((cpuMs - before.cpuMs) / rounds).toFixed(1)} ms of processor time each`,
  }
}

async function addNamespace(sandbox: SandboxProcess): Promise<void> {
  await sandbox.call({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } })
}

async function inParallel(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: Math.min(4, count) }, worker))
}

function pod(index: number): object {
  return {
    metadata: { name: `p-${index}`, labels: { app: `a-${index % 50}`, set: `s-${index % 7}` } },
    spec: { containers: [{ name: 'c', image: 'wbitt/network-multitool' }] },
  }
}

function policy(index: number) {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: `default.p-${index}` },
    spec: {
      tier: 'default',
      order: 100 + index,
      selector: `app == "a-${index % 50}" && set == "s-${index % 7}"`,
      types: ['Ingress'],
      ingress: [
        {
          action: 'Allow',
          protocol: 'TCP',
          source: { selector: `app == "a-${(index + 1) % 50}"` },
          destination: { ports: [80] },
        },
      ],
    },
  }
}
