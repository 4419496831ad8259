/** One key press: to the line being typed, to what lies on top, else to its command. */
import { exitCodes } from '../errors/exit-codes.ts'
import { runCommand } from './commands.ts'
import type { Host } from './host.ts'
import { commandOf } from './keymap.ts'
import { pastedText } from './keys.ts'
import { move } from './moving.ts'
import { motions, pressInput } from './press-input.ts'
import { pressOverlay } from './press-overlay.ts'
import { toast } from './toast.ts'

/** Pasted text is text: outside a line being typed it would be a handful of keys nobody meant. */
export function paste(host: Host, text: string) {
  if (host.ui.get().input) press(host, '', pastedText(text))
  else toast(host, 'Pasted text is no keys here. s opens a shell for kubectl lines, : takes commands.')
}

/** A question with a few answers: nothing else is heard until it has one. */
function pressQuestion(host: Host, key: string): boolean {
  const { question } = host.world()
  if (!question || 'expect' in question) return false
  const motion = motions[key]
  if (key === 'esc') host.answer(null)
  else if (motion !== undefined) move(host, motion)
  else if (question.choices.some((choice) => choice.key === key)) host.answer(key)
  return true
}

export function press(host: Host, key: string, typed: string) {
  if (key === 'ctrl+c') {
    host.exit(exitCodes.interrupted)
    return
  }
  const { ui } = host
  const command = commandOf(key, ui.get().view)
  // The terminal's own keys mean the same wherever one is.
  if (command === 'suspend' || command === 'redraw') return runCommand(host, command, [])
  if (ui.get().toast) ui.update({ toast: null })
  if (pressQuestion(host, key)) return
  if (ui.get().input && pressInput(host, key, typed)) return
  if (ui.get().overlay && pressOverlay(host, key)) return
  if (command) runCommand(host, command, [])
}
