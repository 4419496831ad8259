import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { drawPictures } from '../helpers/pictures.ts'

it('the pictures of the README are those of the screen as it is; npm run pictures writes them anew', async () => {
  for (const { name, svg } of await drawPictures()) {
    const kept = readFileSync(new URL(`../../docs/screens/${name}.svg`, import.meta.url), 'utf8')
    expect(kept === svg, `docs/screens/${name}.svg is out of date`).toBe(true)
  }
})
