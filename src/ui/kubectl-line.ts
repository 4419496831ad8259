import type { SessionState } from '../engine/session.types.ts'

/** What makes one's own kubectl, in another terminal, work on this cluster. */
export function kubectlLine({ isSandbox, kubeconfig, name }: SessionState['place']): string {
  if (isSandbox) return `export KUBECONFIG=${quoted(kubeconfig)}`
  // Several files in a row are no value of --kubeconfig.
  return `${kubeconfig ? `KUBECONFIG=${quoted(kubeconfig)} ` : ''}kubectl --context ${quoted(name)} get pods -A`
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
