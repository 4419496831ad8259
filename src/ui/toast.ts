import type { Host } from './host.ts'
import type { UiState } from './ui-state.ts'
import { isBusy, type World } from './world.ts'

type Toast = NonNullable<UiState['toast']>

/** A word about the key just pressed; the next key takes it away. */
export function toast(host: Host, text: string, wrong = false) {
  host.ui.update({ toast: { text, ...(wrong ? { wrong } : {}) } })
}

/** A word about what goes on; it goes away when that is over. */
export function toastWhile(host: Host, what: NonNullable<Toast['while']>, text: string) {
  host.ui.update({ toast: { text, while: what } })
}

export function stillWorking(host: Host) {
  toastWhile(
    host,
    'busy',
    host.world().state ? 'Still working; esc cancels.' : 'The cluster is being connected; read on meanwhile.',
  )
}

export function currentToast(world: World, { toast: last }: UiState): Toast | null {
  if (last?.while === 'busy' && !isBusy(world)) return null
  return last?.while === 'watching' && !world.state?.holder ? null : last
}
