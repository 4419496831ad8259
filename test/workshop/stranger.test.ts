/** A track of somebody else's, in a folder of its own (`--content DIR`). */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lintContent } from '../../src/workshop/lint.ts'
import { loadTrack } from '../../src/workshop/load.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'content')

it('a track from another folder lints and loads', () => {
  expect(lintContent(folder).issues).toEqual([])
  const track = loadTrack(folder, 'zoo')
  expect(track.steps.map((step) => step.title)).toEqual(['Open the zoo', 'The fence'])
  expect(track.topology.outsideControl).toBe('')
})
