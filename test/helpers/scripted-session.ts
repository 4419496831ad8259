/**
 * A session without a cluster: the real steps and the real reducer, fed with the events a run would give. Every action
 * succeeds and every proof holds unless the script says otherwise. Views are small and fixed.
 */

import type { Probe, ProbeActual, WorkshopEvent } from '../../src/engine/events.ts'
import { emptyRunState, reduce } from '../../src/engine/reduce.ts'
import type { Intent, Session, SessionState } from '../../src/engine/session.types.ts'
import type { Trace } from '../../src/policy/model.ts'
import type { BoardView, ExplainView, FlowsView, MatrixView, PredictView } from '../../src/policy/views.types.ts'
import type { Action, Proof, Stage, Step, Track } from '../../src/workshop/step.ts'

/** Without the fields every event carries. */
type Bare<Event> = Event extends WorkshopEvent ? Omit<Event, 'v' | 'at' | 'track' | 'step'> : never

export interface Script {
  /** Probes `from to` that come out otherwise. */
  wrong?: Readonly<Record<string, ProbeActual>>
  /** Actions whose id is here fail with this message. */
  failing?: Readonly<Record<string, string>>
  /** Called between events; lets a test stop in the middle or a demonstration take its time. */
  pace?: (event: WorkshopEvent) => Promise<void> | undefined
  /** Steps already done. */
  upTo?: number
}

export interface ScriptedSession extends Session {
  /** Changes the state as the outside would: drift, a lost connection. */
  poke(change: Partial<SessionState>): void
  readonly sent: readonly Intent[]
}

const allow: Trace = {
  verdict: 'allow',
  enforced: [
    { tier: 'app-hipstershop', policy: 'np:hipstershop/app-hipstershop.cartservice', action: 'Allow', rule: 0 },
  ],
  pending: [],
}
const deny: Trace = {
  verdict: 'deny',
  enforced: [{ tier: 'security', policy: 'gnp:security.pci-restrict', action: 'Deny', rule: 1 }],
  pending: [],
}

export function createScriptedSession(track: Track, script: Script = {}): ScriptedSession {
  const listeners = new Set<() => void>()
  const events: WorkshopEvent[] = []
  const sent: Intent[] = []
  const done = new Map<number, Set<string>>()
  let seconds = 0
  let stop = false
  let state: SessionState = {
    run: emptyRunState('sandbox'),
    track,
    selected: track.steps[0]?.number ?? 0,
    current: track.steps[0]?.number ?? 0,
    mode: 'idle',
    nextAction: null,
    connection: { ok: true },
    drift: [],
    resetPlan: null,
    tried: null,
    place: {
      name: 'sandbox',
      edition: 'open-source',
      version: '3.32',
      via: 'api',
      kubeconfig: '/home/you/.local/state/hipster-workshop/kubeconfig',
      isSandbox: true,
    },
    holder: null,
    answers: {},
    revision: 1,
  }

  const set = (change: Partial<SessionState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const step = (number: number): Step => track.steps.find((candidate) => candidate.number === number)!
  const flat = (of: Step) => of.stages.flatMap((stage) => stage.actions.map((action) => ({ stage, action })))
  const refresh = () => {
    const of = step(state.selected)
    const finished = done.get(of.number) ?? new Set()
    const planned = flat(of).map(({ stage, action }) => ({
      stage: stage.id,
      action: action.id,
      title: action.title,
      command: commandOf(action),
      isDone: finished.has(`${stage.id}/${action.id}`),
      changesPolicy: ('manifest' in action && !String(action.manifest).startsWith('shop/')) || action.kind === 'label',
    }))
    const next = planned.find((candidate) => !finished.has(`${candidate.stage}/${candidate.action}`)) ?? null
    set({ plannedActions: planned, nextAction: next })
  }
  const emit = async (number: number, bare: Bare<WorkshopEvent>) => {
    seconds += 1
    const at = new Date(Date.UTC(2026, 0, 1, 10, 0, seconds)).toISOString()
    const event = { v: 1, at, track: track.id, step: number, ...bare } as WorkshopEvent
    events.push(event)
    set({ run: reduce(state.run, event) })
    const wait = script.pace?.(event)
    if (wait) await wait
  }

  const act = async (of: Step, stage: Stage, action: Action): Promise<boolean> => {
    set({ mode: 'acting' })
    const finished = done.get(of.number) ?? new Set<string>()
    done.set(of.number, finished)
    if (finished.size === 0)
      await emit(of.number, { type: 'step-started', title: of.title, stages: of.stages.map((one) => one.id) })
    const base = { stage: stage.id, action: action.id }
    await emit(of.number, { type: 'action-started', ...base, title: action.title, command: commandOf(action) })
    for (const text of outputOf(action))
      await emit(of.number, { type: 'action-output', ...base, stream: 'stdout', text: `${text}\n` })
    const failure = script.failing?.[action.id]
    await emit(of.number, {
      type: 'action-finished',
      ...base,
      ok: failure === undefined,
      ms: 40,
      ...(failure === undefined ? {} : { message: failure, hint: 'Try it again.' }),
    })
    if (failure === undefined) finished.add(`${stage.id}/${action.id}`)
    return failure === undefined
  }
  const prove = async (of: Step) => {
    set({ mode: 'proving' })
    let total = 0
    let right = 0
    let ok = true
    for (const stage of of.stages) {
      for (const proof of stage.proofs) {
        const probes = probesOf(track, proof)
        await emit(of.number, {
          type: 'proof-started',
          stage: stage.id,
          proof: proof.id,
          title: proof.title,
          probes: probes.length,
        })
        for (const { probe, expected, set: name } of probes) {
          if (stop) break
          const actual =
            script.wrong?.[`${probe.from.workload} ${probe.to.service ?? probe.to.host}`] ??
            (expected === 'open' ? 'open' : 'timed-out')
          const good = expected === 'open' ? actual === 'open' : actual === 'timed-out'
          total += 1
          if (good) right += 1
          const evidence = {
            command: `kubectl exec -n ${probe.from.namespace} ${probe.from.pod} -- nc -zv -w 3 ${probe.to.service ?? probe.to.host} ${probe.to.port}`,
            exitCode: actual === 'open' ? 0 : 1,
            output: actual === 'open' ? 'Connection succeeded!' : 'nc: connection timed out',
          }
          await emit(of.number, { type: 'probe-started', stage: stage.id, set: name, probe, expected })
          await emit(of.number, {
            type: 'probe-settled',
            stage: stage.id,
            set: name,
            probe,
            expected,
            actual,
            ok: good,
            attempts: expected === 'open' ? 1 : 2,
            convergedMs: 120,
            evidence,
            decidedBy: { egress: allow, ingress: actual === 'open' ? allow : deny },
          })
        }
        const bad = probes.some(
          ({ probe }) => script.wrong?.[`${probe.from.workload} ${probe.to.service ?? probe.to.host}`] !== undefined,
        )
        ok &&= !bad
        await emit(of.number, {
          type: 'proof-finished',
          stage: stage.id,
          proof: proof.id,
          title: proof.title,
          ok: !bad,
          details: probes.length > 0 ? [] : ['as it should be'],
        })
      }
    }
    await emit(of.number, {
      type: 'step-finished',
      outcome: stop ? 'cancelled' : ok ? 'passed' : 'failed',
      probes: { total, ok: right },
      ms: 900,
    })
  }
  const work = async (whole: boolean) => {
    stop = false
    const of = step(state.selected)
    let more = true
    while (more && !stop) {
      const next = flat(of).find(({ stage, action }) => !done.get(of.number)?.has(`${stage.id}/${action.id}`))
      if (!next) {
        await prove(of)
        more = false
      } else more = (await act(of, next.stage, next.action)) && whole
      refresh()
    }
    set({ mode: 'idle', revision: state.revision + 1 })
    refresh()
  }
  const settled = (run: Promise<void>) => {
    run.catch((error: unknown) => set({ run: { ...state.run, failure: { code: 'BUG', message: String(error) } } }))
  }

  const session: ScriptedSession = {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    sent,
    poke: set,
    send(intent) {
      sent.push(intent)
      switch (intent.type) {
        case 'next':
          return settled(work(false))
        case 'run-step':
        case 'run-all':
          return settled(work(true))
        case 'prove':
          return settled(prove(step(state.selected)).then(() => set({ mode: 'idle' })))
        case 'select-step':
          set({ selected: intent.step })
          return refresh()
        case 'cancel':
          stop = true
          return
        case 'keep-answer': {
          const { question, right, total } = intent
          return set({ answers: { [question]: { step: state.selected, right, total }, ...state.answers } })
        }
        case 'plan-reset':
          return set({
            resetPlan: {
              to: intent.to,
              lines: [
                {
                  command: 'kubectl delete globalnetworkpolicies.projectcalico.org security.pci-restrict',
                  reason: 'made by step 4',
                },
              ],
              warnings: [],
            },
          })
        case 'confirm-reset':
        case 'drop-reset':
          return set({ resetPlan: null })
        case 'try-flow': {
          const probe: Probe = {
            id: 'try',
            from: { namespace: 'hipstershop', pod: `${intent.from}-1`, workload: intent.from },
            to: { namespace: 'hipstershop', service: intent.to, port: intent.port ?? 80, protocol: 'TCP' },
            tool: 'nc',
          }
          const tried: WorkshopEvent = {
            v: 1,
            at: '2026-01-01T10:00:00Z',
            track: track.id,
            step: state.selected,
            type: 'probe-settled',
            stage: '',
            set: 'try',
            probe,
            expected: 'open',
            actual: 'open',
            ok: true,
            attempts: 1,
            convergedMs: 10,
            evidence: { command: 'kubectl exec ...', exitCode: 0, output: 'Connection succeeded!' },
            decidedBy: null,
          }
          return set({ tried })
        }
      }
    },
    step,
    events,
    views: {
      matrix: () => matrixOf(track, state),
      board: boardOf,
      flows: () => flowsOf(track),
      explain: explainOf,
      predict: () => predictOf(track),
    },
    close: async () => {
      stop = true
    },
  }
  for (const past of track.steps) {
    if (script.upTo !== undefined && past.number <= script.upTo) {
      done.set(past.number, new Set(flat(past).map(({ stage, action }) => `${stage.id}/${action.id}`)))
      state = {
        ...state,
        selected: past.number + 1,
        current: past.number + 1,
        run: {
          ...state.run,
          steps: new Map(state.run.steps).set(past.number, {
            number: past.number,
            status: 'passed',
            actions: [],
            proofs: [],
            probes: new Map(),
            notices: [],
          }),
        },
      }
    }
  }
  refresh()
  return session
}

function commandOf(action: Action): string {
  switch (action.kind) {
    case 'apply':
      return `kubectl apply -f manifests/${action.manifest}`
    case 'delete':
      return `kubectl delete -f manifests/${action.manifest}`
    case 'create-namespace':
      return `kubectl create namespace ${action.name}`
    case 'run-pod':
      return `kubectl run ${action.name} -n ${action.namespace} --image=${action.image}`
    case 'show':
      return `kubectl ${action.args.join(' ')}`
    case 'label':
      return `kubectl label ${action.resource} ${action.name ?? '--all'}${action.namespace ? ` -n ${action.namespace}` : ''} ${Object.entries(
        action.labels,
      )
        .map(([key, value]) => (value === null ? `${key}-` : `${key}=${value}`))
        .join(' ')}`
    case 'wait':
      return `kubectl wait ${action.resource} --all -n ${action.namespace ?? 'default'} --for=condition=${action.condition} --timeout=${action.timeoutSeconds}s`
    default:
      return `kubectl get pods # ${action.kind}`
  }
}

function outputOf(action: Action): string[] {
  if (action.kind === 'apply')
    return [`globalnetworkpolicy.projectcalico.org/${action.manifest.replace(/\W+/g, '-')} created`]
  if (action.kind === 'label')
    return ['adservice-5d8f labeled', 'cartservice-77b9 labeled', 'checkoutservice-6c4d labeled']
  return []
}

function probesOf(track: Track, proof: Proof): { probe: Probe; expected: 'open' | 'blocked'; set: string }[] {
  const from = (workload: string) => ({
    namespace: track.topology.sources.find((source) => source.name === workload)?.namespace ?? 'default',
    pod: `${workload}-6f9c7d5b8-x2x7q`,
    workload,
  })
  if (proof.kind === 'matrix') {
    const open = new Set(proof.open.map((pair) => `${pair.from} ${pair.to}`))
    return pairsOf(track).map(({ source, service }) => ({
      set: 'matrix',
      probe: {
        id: `${source}->${service.name}`,
        from: from(source),
        to: {
          namespace: service.namespace,
          service: service.name,
          port: service.port,
          podPort: service.podPort,
          protocol: 'TCP',
        },
        tool: 'nc',
      },
      expected: open.has(`${source} ${service.name}`) ? 'open' : 'blocked',
    }))
  }
  if (proof.kind !== 'probes') return []
  return proof.probes.map((spec) => ({
    set: proof.id,
    probe: {
      id: spec.id,
      from: from(spec.from),
      to: { host: spec.to, port: spec.port ?? 80, protocol: 'TCP' },
      tool: spec.tool,
    },
    expected: spec.expect,
  }))
}

function pairsOf(track: Track) {
  return track.topology.sources.flatMap((source) =>
    track.topology.services
      .filter((service) => service.name !== source.name)
      .map((service) => ({ source: source.name, namespace: source.namespace, service })),
  )
}

function matrixOf(track: Track, state: SessionState): MatrixView {
  const measured = new Map<string, ProbeActual | null>()
  for (const run of state.run.steps.values())
    for (const row of run.probes.values())
      if (row.set === 'matrix') measured.set(row.probe.id, row.ok === null ? null : row.actual)
  const proof = track.steps
    .find((step) => step.number === state.selected)
    ?.stages.at(-1)
    ?.proofs.find((candidate) => candidate.kind === 'matrix')
  const open = proof?.kind === 'matrix' ? new Set(proof.open.map((pair) => `${pair.from} ${pair.to}`)) : null
  const rows = pairsOf(track).map(({ source, namespace, service }) => {
    const isOpen = open === null || open.has(`${source} ${service.name}`)
    return {
      from: { namespace, workload: source, pods: [`${source}-1`] },
      to: { namespace: service.namespace, service: service.name },
      port: service.port,
      podPort: service.podPort,
      protocol: 'TCP' as const,
      predicted: isOpen ? ('open' as const) : ('blocked' as const),
      measured: measured.get(`${source}->${service.name}`) ?? null,
      why: { egress: allow, ingress: isOpen ? allow : deny },
    }
  })
  return {
    sources: [...new Set(rows.map((row) => row.from.workload))],
    targets: [...new Set(rows.map((row) => row.to.service))],
    rows,
    notes: [],
  }
}

function boardOf(): BoardView {
  const policy = (
    name: string,
    order: number,
    kind: string,
    more: Partial<BoardView['tiers'][number]['policies'][number]> = {},
  ) => ({
    id: `gnp:${name}`,
    kind,
    name,
    namespace: null,
    order,
    staged: false,
    selector: 'pci == "true"',
    types: ['Ingress', 'Egress'],
    selects: ['hipstershop/cartservice-1', 'hipstershop/frontend-1'],
    rules: [
      { direction: 'ingress' as const, index: 0, action: 'Allow', text: 'Allow from pci == "true"' },
      { direction: 'ingress' as const, index: 1, action: 'Deny', text: 'Deny from pci != "true"' },
    ],
    labels: {},
    ...more,
  })
  return {
    tiers: [
      {
        name: 'security',
        order: 200,
        defaultAction: 'Deny',
        missing: false,
        policies: [
          policy('security.pci-allowlist', 0, 'GlobalNetworkPolicy', { step: 4 }),
          policy('security.pci-restrict', 75, 'GlobalNetworkPolicy', { step: 4 }),
          policy('security.security-default-pass', 150, 'GlobalNetworkPolicy', { step: 3 }),
        ],
      },
      {
        name: 'platform',
        order: 300,
        defaultAction: 'Deny',
        missing: false,
        policies: [
          policy('platform.allow-dns', -50, 'GlobalNetworkPolicy', { step: 3 }),
          policy('platform.platform-default-pass', 100, 'GlobalNetworkPolicy', { step: 3 }),
        ],
      },
      { name: 'app-hipstershop', order: 400, defaultAction: 'Deny', missing: false, policies: [] },
      {
        name: 'default',
        order: null,
        defaultAction: 'Deny',
        missing: false,
        policies: [
          policy('default.default-deny', 0, 'StagedGlobalNetworkPolicy', { staged: true, step: 3, rules: [] }),
        ],
      },
    ],
    notes: [],
  }
}

function flowsOf(track: Track): FlowsView {
  const declared: Record<string, string> = {
    'cartservice redis-cart': 'REDIS_ADDR',
    'frontend cartservice': 'CART_SERVICE_ADDR',
    'checkoutservice cartservice': 'CART_SERVICE_ADDR',
  }
  return {
    rows: pairsOf(track).map(({ source, service }) => ({
      from: source,
      to: service.name,
      port: service.port,
      podPort: service.podPort,
      declared: declared[`${source} ${service.name}`] ?? null,
      allowed: 'open' as const,
      seen: null,
    })),
    notes: [],
  }
}

function explainOf(from: string, to: string, port?: number): ExplainView {
  const side = (direction: 'egress' | 'ingress', trace: Trace): ExplainView['egress'] => ({
    endpoint: `hipstershop/${direction === 'egress' ? from : to}-1`,
    direction,
    trace,
    stagedChange: null,
    tiers: [
      {
        name: 'security',
        order: 200,
        endAction: 'Deny',
        policies: [
          {
            tier: 'security',
            policy: 'gnp:security.pci-restrict',
            staged: false,
            result: 'matched',
            rule: 1,
            action: 'Deny',
            nearestMiss: null,
          },
        ],
        decidedBy: trace.enforced[0] ?? null,
      },
    ],
  })
  return {
    flow: {
      from: { kind: 'endpoint', id: from },
      to: { kind: 'endpoint', id: to },
      protocol: 'TCP',
      ...(port === undefined ? {} : { port }),
    },
    title: `${from} → ${to}${port === undefined ? '' : `:${port}`} (TCP)`,
    verdict: 'deny',
    egress: side('egress', allow),
    ingress: side('ingress', deny),
    notes: [],
  }
}

function predictOf(track: Track): PredictView {
  const flows = pairsOf(track).map(({ source, service }) => ({
    from: source,
    to: service.name,
    port: service.port,
    why: 'security.pci-restrict #2',
  }))
  return {
    opens: [],
    closes: flows.filter((flow) => flow.from === 'multitool.default').slice(0, 10),
    redecided: 4,
    unchanged: flows.filter((flow) => flow.from !== 'multitool.default'),
  }
}
