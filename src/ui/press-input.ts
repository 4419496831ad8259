/** Keys while a line is being typed. */
import { commonPrefix, completeCommand, completeFlow, parseCommand, parseFlow } from './command-line.ts'
import { runCommand } from './commands.ts'
import type { Host } from './host.ts'
import { knownNames } from './known-names.ts'
import { type Motion, move } from './moving.ts'
import { editText } from './text-input.ts'
import { type Input, withCursor } from './ui-state.ts'

/** A question can be longer than the window: what does not edit its answer moves in it. */
export const motions: Readonly<Record<string, Motion>> = { up: -1, down: 1, pgup: 'page-up', pgdn: 'page-down' }

/** True when the key was used up. */
export function pressInput(host: Host, key: string, typed: string): boolean {
  const input = host.ui.get().input
  if (!input) return false
  if (key === 'esc') {
    close(host, input, false)
    return true
  }
  if (key === 'enter') {
    close(host, input, true)
    return true
  }
  if (key === 'tab' && 'completions' in input) {
    const prefix = commonPrefix(input.completions)
    if (prefix.length > input.text.length) set(host, { ...input, text: prefix, at: prefix.length })
    return true
  }
  if (key === 'backspace' && input.text === '' && input.kind !== 'confirm') {
    close(host, input, false)
    return true
  }
  const motion = input.kind === 'confirm' ? motions[key] : undefined
  if (motion !== undefined) {
    move(host, motion)
    return true
  }
  const edited = editText(input, key, typed)
  if (edited) set(host, { ...input, ...edited })
  return true
}

function set(host: Host, input: Input) {
  const names = knownNames(host.world())
  const view = host.ui.get().view
  switch (input.kind) {
    case 'command':
      return host.ui.update({ input: { ...input, completions: completeCommand(input.text, names) } })
    case 'try':
      return host.ui.update({ input: { ...input, completions: completeFlow(input.text, names) } })
    case 'filter':
      return host.ui.update((state) => ({
        input,
        filters: { ...state.filters, [view]: input.text },
        // The first that matches is what one looks for; of the log it is the last.
        ...(view === 'flows' ? withCursor(state, view, 0) : {}),
      }))
    case 'confirm':
      return host.ui.update({ input })
  }
}

function close(host: Host, input: Input, accepted: boolean) {
  const { ui } = host
  const view = ui.get().view
  ui.update({ input: null })
  switch (input.kind) {
    case 'filter':
      if (!accepted)
        ui.update((state) => ({
          filters: { ...state.filters, [view]: '' },
          ...(input.cursor === undefined ? {} : withCursor(state, view, input.cursor)),
        }))
      return
    case 'confirm': {
      const { question } = host.world()
      if (accepted && !(question && 'expect' in question && input.text === question.expect)) {
        ui.update({
          input: { ...input, text: '', at: 0 },
          toast: { text: 'That is not the name; nothing was changed. esc goes back.', wrong: true },
        })
        return
      }
      return host.answer(accepted ? input.text : null)
    }
    case 'command': {
      if (!accepted || input.text.trim() === '') return
      const parsed = parseCommand(input.text)
      if (parsed.ok) runCommand(host, parsed.name, parsed.args)
      else ui.update({ toast: { text: parsed.message, wrong: true } })
      return
    }
    case 'try': {
      if (!accepted) return
      const flow = parseFlow(input.text.trim().split(/\s+/))
      if (flow.ok) runCommand(host, 'try', [flow.from, flow.port === undefined ? flow.to : `${flow.to}:${flow.port}`])
      else ui.update({ input, toast: { text: flow.message, wrong: true } })
    }
  }
}
