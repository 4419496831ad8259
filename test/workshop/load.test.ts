import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compileContent } from '../../src/workshop/compile.ts'
import { listTracks, loadManifest, loadTrack, packagedContentDir } from '../../src/workshop/load.ts'
import { readCompiled } from '../../src/workshop/load-compiled.ts'
import { copyContent } from '../../src/workshop/load-copy.ts'
import { openTrack } from '../../src/workshop/open-track.ts'
import { contentFolder, smallest } from './content-folder.ts'

const thrown = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('loading content', () => {
  it('lists the tracks of the package', () => expect(listTracks(packagedContentDir())).toEqual(['calico', 'netpol']))

  it('loads the smallest track', () => {
    const track = loadTrack(contentFolder(), 'mini')
    expect(track.steps.map(({ number, id, title }) => [number, id, title])).toEqual([[0, 'wall', 'A wall']])
    const [stage] = track.steps[0]!.stages
    expect(stage).toMatchObject({
      id: '0',
      actions: [{ id: '0-apply', kind: 'apply', manifest: 'mini/wall.yaml', at: { line: 6 } }],
      proofs: [
        { id: '0-matrix', kind: 'matrix', set: 'shut', open: [] },
        { id: '0-probes', kind: 'probes', probes: [{ id: 'client>server/nc', tool: 'nc', expect: 'blocked' }] },
      ],
    })
  })

  it('names the tracks there are when one is unknown', () => {
    expect(thrown(() => loadTrack(contentFolder(), 'maxi'))).toMatchObject({
      code: 'UNKNOWN_TRACK',
      exitCode: 2,
      hint: 'Tracks: mini.',
    })
  })

  it('throws all mistakes of a track at once', () => {
    const dir = contentFolder({
      'steps/mini/00-wall.yaml': smallest['steps/mini/00-wall.yaml'].replace('goal:', 'gaol:'),
      'steps/mini/expect/shut.yaml': 'version: 2\n',
    })
    expect(thrown(() => loadTrack(dir, 'mini'))).toMatchObject({
      code: 'STEP_INVALID',
      exitCode: 4,
      message: expect.stringMatching(/gaol[\s\S]*version 2|version 2[\s\S]*gaol/),
    })
  })

  it('says when a folder is no content folder', () => {
    expect(thrown(() => listTracks(tmpdir()))).toMatchObject({ code: 'CONTENT_MISSING', exitCode: 4 })
  })

  it('finds a syntax error in a manifest before anything is applied', () => {
    const dir = contentFolder({ 'manifests/mini/wall.yaml': 'apiVersion: v1\nkind: [\n' })
    expect(thrown(() => loadTrack(dir, 'mini'))).toMatchObject({
      code: 'STEP_INVALID',
      message: expect.stringMatching(/wall\.yaml:3:1: YAML/),
    })
  })

  it('shows where a manifest has a syntax error', () => {
    const dir = contentFolder({ 'manifests/mini/wall.yaml': 'apiVersion: v1\nkind: [\n' })
    expect(thrown(() => loadManifest(join(dir, 'manifests/mini/wall.yaml')))).toMatchObject({
      code: 'STEP_INVALID',
      location: { line: 3 },
    })
  })
})

describe('compiled tracks', () => {
  const compile = (dir: string) => {
    mkdirSync(join(dir, 'dist'))
    writeFileSync(join(dir, 'dist/tracks.json'), compileContent(dir))
  }
  const withoutPlaces = (value: unknown) =>
    JSON.parse(JSON.stringify(value, (key, each) => (key === 'at' || key === 'file' ? undefined : each)))

  it('are the same tracks', () => {
    const dir = contentFolder()
    const parsed = loadTrack(dir, 'mini')
    compile(dir)
    expect(readCompiled(dir, 'mini')).not.toBeNull()
    expect(withoutPlaces(loadTrack(dir, 'mini'))).toEqual(withoutPlaces(parsed))
  })

  it('open without the YAML parser, and with it when there are none', async () => {
    const dir = contentFolder()
    const parsed = await openTrack(dir, 'mini')
    compile(dir)
    expect(withoutPlaces(await openTrack(dir, 'mini'))).toEqual(withoutPlaces(parsed))
  })

  it('are passed over as soon as a step or manifest differs, or the file is damaged', () => {
    const dir = contentFolder()
    compile(dir)
    writeFileSync(
      join(dir, 'steps/mini/00-wall.yaml'),
      smallest['steps/mini/00-wall.yaml'].replace('A wall', 'A fence'),
    )
    expect(loadTrack(dir, 'mini').steps[0]!.title).toBe('A fence')
    writeFileSync(join(dir, 'dist/tracks.json'), '{"v":1')
    expect(loadTrack(dir, 'mini').steps[0]!.title).toBe('A fence')
  })

  it('leave out a track with mistakes, so that loading it says what is wrong', () => {
    const dir = contentFolder({ 'steps/mini/00-wall.yaml': 'version: 1\n' })
    compile(dir)
    expect(thrown(() => loadTrack(dir, 'mini'))).toMatchObject({ code: 'STEP_INVALID' })
  })
})

describe('the working folder', () => {
  const target = () => {
    const dir = mkdtempSync(join(tmpdir(), 'hw-work-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    return join(dir, 'workshop')
  }

  it('gets steps and manifests, and is not written again when nothing changed', () => {
    const [from, to] = [contentFolder(), target()]
    expect(copyContent(from, to)).toEqual({ dir: to, kept: [] })
    const file = join(to, 'manifests/mini/wall.yaml')
    expect(readFileSync(file, 'utf8')).toBe(smallest['manifests/mini/wall.yaml'])
    const { mtimeMs, ino } = statSync(file)
    copyContent(from, to)
    expect(statSync(file)).toMatchObject({ mtimeMs, ino })
    expect(loadTrack(to, 'mini').steps).toHaveLength(1)
  })

  it('leaves a manifest as the program has filled it in, until the package has a new one', () => {
    const [from, to] = [contentFolder(), target()]
    copyContent(from, to)
    const file = join(to, 'manifests/mini/wall.yaml')
    const filled = 'metadata: {annotations: {hipster-workshop/resolved: "{}"}}\n'
    writeFileSync(file, filled)
    expect(copyContent(from, to).kept).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe(filled)
    writeFileSync(join(from, 'manifests/mini/wall.yaml'), 'new: one\n')
    copyContent(from, to)
    expect(readFileSync(file, 'utf8')).toBe('new: one\n')
  })

  it('sets aside what was edited there, keeps foreign files, and removes what the package no longer has', () => {
    const [from, to] = [contentFolder({ 'manifests/mini/old.yaml': 'a: b\n' }), target()]
    copyContent(from, to)
    writeFileSync(join(to, 'manifests/mini/wall.yaml'), 'mine: yes\n')
    writeFileSync(join(to, 'my-policies.yaml'), 'mine: too\n')
    rmSync(join(from, 'manifests/mini/old.yaml'))
    expect(copyContent(from, to).kept).toEqual(['manifests/mini/wall.yaml'])
    expect(readFileSync(join(to, 'manifests/mini/wall.yaml'), 'utf8')).toBe(smallest['manifests/mini/wall.yaml'])
    expect(readFileSync(join(to, 'manifests/mini/wall.yaml.edited'), 'utf8')).toBe('mine: yes\n')
    expect(readFileSync(join(to, 'my-policies.yaml'), 'utf8')).toBe('mine: too\n')
    expect(existsSync(join(to, 'manifests/mini/old.yaml'))).toBe(false)
  })
})
