import type { Host } from './host.ts'

/** A word about the key just pressed; the next key takes it away. */
export function toast(host: Host, text: string, wrong = false) {
  host.ui.update({ toast: { text, ...(wrong ? { wrong } : {}) } })
}
