import { execFileSync } from 'node:child_process'

const OLDEST_MINOR = 29

export type FoundKubectl = { path: string } | { missing: string }

/** `$HW_KUBECTL`, else a client kubectl on PATH that is new enough, else why there is none. */
export function findKubectl(): FoundKubectl {
  const given = process.env.HW_KUBECTL
  if (given) return check(given)
  return check('kubectl')
}

function check(path: string): FoundKubectl {
  try {
    const text = execFileSync(path, ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', KUBERC: 'off' },
    })
    const { minor } = JSON.parse(text).clientVersion
    return Number.parseInt(minor, 10) >= OLDEST_MINOR
      ? { path }
      : { missing: `kubectl is older than 1.${OLDEST_MINOR}` }
  } catch {
    return { missing: 'no kubectl: set HW_KUBECTL' }
  }
}
