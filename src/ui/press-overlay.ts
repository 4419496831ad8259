/** Keys that mean something else while something lies on top. What is not used up goes on to the keymap. */
import { exitCodes } from '../errors/exit-codes.ts'
import { runNext } from './acting.ts'
import type { Host } from './host.ts'
import { quizRight } from './panes/predict.ts'
import type { Overlay } from './ui-state.ts'
import { selectedStep } from './world.ts'

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
    case 'output':
      if (key !== 'y') return false
      host.copy(overlay.command ?? overlay.text)
      return true
    case 'help':
    case 'explain':
    case 'try':
    case 'policy':
    case 'finish':
      if (key === 'enter') closeOverlay(host)
      return key === 'enter'
  }
}

export function closeOverlay(host: Host) {
  if (host.ui.get().overlay?.kind === 'reset') host.world().session?.send({ type: 'drop-reset' })
  host.ui.update({ overlay: null })
}

function pressReset(host: Host, key: string): boolean {
  if (key !== 'enter' && key !== 'y' && key !== 'i') return key === 'x'
  const { session, state } = host.world()
  if (!state?.resetPlan || state.mode !== 'idle') return true
  const include = key === 'i' && (state.resetPlan.questions?.length ?? 0) > 0
  if (state.resetPlan.lines.length === 0 && !include) closeOverlay(host)
  else {
    session?.send({ type: 'confirm-reset', ...(include ? { include } : {}) })
    host.ui.update({ overlay: null, toast: { text: 'Resetting; the log (5) shows every line.' } })
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
    if (key !== 'enter') return false
    const answered = { ...quiz, answered: true }
    ui.update((state) => ({
      overlay: { ...overlay, quiz: answered },
      quiz: { ...state.quiz, [quiz.step]: quizRight(answered) },
    }))
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
    host.ui.update({ overlay: { ...overlay, picked: number } })
    return true
  }
  if (key !== 'enter') return false
  host.ui.update({ overlay: null })
  host.world().session?.send({ type: 'next' })
  return true
}
