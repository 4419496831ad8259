/** One key press: to the line being typed, to what lies on top, else to its command. */
import { exitCodes } from '../errors/exit-codes.ts'
import { runCommand } from './commands.ts'
import type { Host } from './host.ts'
import { commandOf } from './keymap.ts'
import { pressInput } from './press-input.ts'
import { pressOverlay } from './press-overlay.ts'

export function press(host: Host, key: string, typed: string) {
  if (key === 'ctrl+c') {
    host.exit(exitCodes.interrupted)
    return
  }
  const { ui } = host
  if (ui.get().toast) ui.update({ toast: null })
  if (ui.get().input && pressInput(host, key, typed)) return
  if (ui.get().overlay && pressOverlay(host, key)) return
  const command = commandOf(key, ui.get().view)
  if (command) runCommand(host, command, [])
}
