/** Questions to the policy engine and the network: why, what if, does it work. */
import { completeFlow, parseFlow } from './command-line.ts'
import type { Host } from './host.ts'
import { knownNames } from './known-names.ts'
import { makeQuiz } from './panes/predict.ts'
import { selectedFlow } from './selection.ts'
import { stillWorking, toast } from './toast.ts'
import type { AskedFlow } from './ui-state.ts'
import { predictView } from './views.ts'
import { canPredict, isBusy } from './world.ts'

export function predict(host: Host) {
  const world = host.world()
  if (!world.session) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return stillWorking(host)
  if (!canPredict(world)) return toast(host, 'What comes next here puts up no policy and no label, so no flow changes.')
  const answer = predictView(world)
  const quiz =
    world.quiz && world.state && answer.ok && answer.view && !answer.view.wanted
      ? makeQuiz(world.state.selected, answer.view)
      : null
  const asked = quiz && world.state?.answers[quiz.id] === undefined ? quiz : null
  host.ui.update((ui) => ({
    overlay: { kind: 'predict', quiz: asked },
    offsets: { ...ui.offsets, 'overlay:predict': 0 },
  }))
}

export function explain(host: Host, args: readonly string[]) {
  const { ui } = host
  const flow = args.length > 0 ? parseFlow(args) : null
  if (flow && !flow.ok) return toast(host, flow.message, true)
  const selected = flow ? null : selectedFlow(host.world(), ui.get())
  const chosen = flow ? flowOf(flow) : selected?.flow
  if (!chosen)
    return toast(
      host,
      ui.get().view === 'matrix'
        ? 'No flow to explain here: choose another cell of the matrix.'
        : 'Nothing to explain here yet: choose a row of the proof, or a cell of the matrix (2).',
    )
  ui.update((state) => ({
    overlay: { kind: 'explain', flow: chosen, row: selected?.row ?? null },
    offsets: { ...state.offsets, 'overlay:explain': 0 },
  }))
}

export function tryFlow(host: Host, args: readonly string[]) {
  const world = host.world()
  if (!world.session || !world.state) return toast(host, 'Not connected yet.')
  if (args.length === 0) {
    const flow = selectedFlow(world, host.ui.get())?.flow
    const text = flow ? `${flow.from} ${flow.to}${flow.port === undefined ? '' : `:${flow.port}`}` : ''
    const completions = completeFlow(text, knownNames(world))
    return host.ui.update({ input: { kind: 'try', text, at: text.length, completions } })
  }
  const flow = parseFlow(args)
  if (!flow.ok) return toast(host, flow.message, true)
  if (isBusy(world)) return stillWorking(host)
  const asked = flowOf(flow)
  const before = world.state.tried
  host.ui.update((ui) => ({
    overlay: { kind: 'try', flow: asked, before },
    offsets: { ...ui.offsets, 'overlay:try': 0 },
  }))
  world.session.send({ type: 'try-flow', ...asked })
}

function flowOf({ from, to, port }: { from: string; to: string; port?: number }): AskedFlow {
  return { from, to, ...(port === undefined ? {} : { port }) }
}
