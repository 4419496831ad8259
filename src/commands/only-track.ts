import { resolve } from 'node:path'

/** The track meant by somebody who gives a folder with a single one and names none. */
export async function onlyTrackOf(content: string): Promise<string | null> {
  const { listTracks } = await import('../workshop/load-files.ts')
  const [only, ...others] = listTracks(resolve(content))
  return only !== undefined && others.length === 0 ? only : null
}
