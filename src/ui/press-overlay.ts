/** Keys that mean something else while something lies on top. What is not used up goes on to the keymap. */
import { exitCodes } from '../errors/exit-codes.ts'
import { isWatching, runNext } from './acting.ts'
import type { Host } from './host.ts'
import { repairsOf } from './panes/drift.ts'
import { quizScore } from './panes/predict.ts'
import { isMeasuring } from './panes/try.ts'
import { toastWhile } from './toast.ts'
import type { Overlay } from './ui-state.ts'
import { proofRowOf, selectedStep } from './world.ts'

/** True when the key was used up. */
export function pressOverlay(host: Host, key: string): boolean {
  const { ui } = host
  const overlay = ui.get().overlay
  if (!overlay) return false
  if (key === 'esc' || (key === 'q' && overlay.kind !== 'leave') || (key === '?' && overlay.kind === 'help')) {
    closeOverlay(host)
    return true
  }
  switch (overlay.kind) {
    case 'leave':
      if (key === 'q' || key === 'y' || key === 'enter') host.exit(exitCodes.done)
      return true
    case 'reset':
      return pressReset(host, key)
    case 'predict':
      return pressPredict(host, overlay, key)
    case 'ask':
      return pressAsk(host, overlay, key)
    case 'early':
      if (key !== 'enter') return false
      ui.update({ overlay: null, pane: null, view: 'lesson' })
      host.world().session?.send({ type: overlay.intent })
      return true
    case 'output':
      if (key !== 'y') return false
      host.copy(overlay.command ?? overlay.text)
      return true
    case 'drift':
      if (key === 'y') host.copy(repairsOf(host.world()).join('\n'))
      if (key === 'enter') closeOverlay(host)
      return key === 'y' || key === 'enter'
    case 'try':
      if (key === 'y') return copyMeasured(host, overlay)
      if (key === 'enter') closeOverlay(host)
      return key === 'enter'
    case 'explain':
      if (key === 'y') return copyEvidence(host, overlay)
      if (key === 'enter') closeOverlay(host)
      return key === 'enter'
    case 'help':
    case 'policy':
    case 'finish':
      if (key === 'enter') closeOverlay(host)
      return key === 'enter'
  }
}

function closeOverlay(host: Host) {
  const { overlay } = host.ui.get()
  const { session, state } = host.world()
  if (overlay?.kind === 'reset') session?.send({ type: 'drop-reset' })
  // Nobody waits for a measurement whose place is closed.
  if (overlay?.kind === 'try' && isMeasuring(state, overlay)) session?.send({ type: 'cancel' })
  host.ui.update({ overlay: null })
}

function copyMeasured(host: Host, overlay: Extract<Overlay, { kind: 'try' }>): boolean {
  const tried = host.world().state?.tried
  if (tried?.type !== 'probe-settled' || tried === overlay.before) return false
  host.copy(tried.evidence.command)
  return true
}

function copyEvidence(host: Host, overlay: Extract<Overlay, { kind: 'explain' }>): boolean {
  const evidence = proofRowOf(host.world(), overlay.row)?.evidence
  if (!evidence) return false
  host.copy(evidence.command)
  return true
}

function pressReset(host: Host, key: string): boolean {
  if (key !== 'enter' && key !== 'y' && key !== 'i') return key === 'x'
  const { session, state } = host.world()
  if (!state?.resetPlan || state.mode !== 'idle' || isWatching(host)) return true
  const include = key === 'i' && (state.resetPlan.questions?.length ?? 0) > 0
  if (state.resetPlan.lines.length === 0 && !include) closeOverlay(host)
  else {
    session?.send({ type: 'confirm-reset', ...(include ? { include } : {}) })
    host.ui.update({ overlay: null })
    toastWhile(host, 'busy', 'Resetting; the log (5) shows every line.')
  }
  return true
}

function pressPredict(host: Host, overlay: Extract<Overlay, { kind: 'predict' }>, key: string): boolean {
  const { ui } = host
  const quiz = overlay.quiz
  if (quiz && !quiz.answered) {
    const number = Number(key) - 1
    if (number >= 0 && number < quiz.choices.length) {
      const picked = quiz.picked.includes(number)
        ? quiz.picked.filter((other) => other !== number)
        : [...quiz.picked, number]
      ui.update({ overlay: { ...overlay, quiz: { ...quiz, picked } } })
      return true
    }
    if (key === 'w') {
      ui.update({ overlay: { kind: 'predict', quiz: null } })
      return true
    }
    if (key === 'n') {
      closeOverlay(host)
      return true
    }
    if (key !== 'enter') return false
    const answered = { ...quiz, answered: true }
    ui.update({ overlay: { ...overlay, quiz: answered } })
    host.world().session?.send({ type: 'keep-answer', question: quiz.id, ...quizScore(answered) })
    return true
  }
  if (key === 'w') {
    if (quiz) ui.update({ overlay: { kind: 'predict', quiz: null } })
    else closeOverlay(host)
    return true
  }
  if (key !== 'enter') return false
  ui.update({ overlay: null })
  runNext(host)
  return true
}

/** A question of the step: a number chooses, enter goes on, answered or not. */
function pressAsk(host: Host, overlay: Extract<Overlay, { kind: 'ask' }>, key: string): boolean {
  const action = selectedStep(host.world())
    ?.stages.flatMap((stage) => stage.actions)
    .find((candidate) => candidate.id === overlay.action)
  const number = Number(key) - 1
  if (action?.kind === 'ask' && number >= 0 && number < action.options.length) {
    const right = action.options[number]?.correct ? 1 : 0
    host.ui.update({ overlay: { ...overlay, picked: number } })
    // The first answer counts: the marks give the others away.
    host.world().session?.send({ type: 'keep-answer', question: `ask ${action.id}`, right, total: 1 })
    return true
  }
  if (key !== 'enter' && key !== 'n') return false
  host.ui.update({ overlay: null })
  host.world().session?.send({ type: 'next' })
  return true
}
