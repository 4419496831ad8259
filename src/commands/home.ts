import { homedir } from 'node:os'
import { resolve } from 'node:path'
import envPaths from 'env-paths'

/** The one folder everything on disk lives under: `--home`, HIPSTER_WORKSHOP_HOME, or the platform's state folder. */
export function homeFolder(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const chosen = option ?? env.HIPSTER_WORKSHOP_HOME
  if (chosen) return resolve(chosen.startsWith('~/') ? `${homedir()}${chosen.slice(1)}` : chosen)
  return envPaths('hipster-workshop', { suffix: '' }).data
}
