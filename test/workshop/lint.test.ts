import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { validate } from '../../src/policy/validate/validate.ts'
import { lintContent } from '../../src/workshop/lint.ts'
import { lintFile } from '../../src/workshop/lint-file.ts'
import { packagedContentDir } from '../../src/workshop/load.ts'
import { contentFolder, smallest } from './content-folder.ts'

const asCalico = (object: object) =>
  validate(object as never, { domains: true }).issues.map(({ message }) => ({ message }))

/** `line:column message` of every issue, with the file's last parts. */
function lint(files: Record<string, string | null>): string[] {
  return lintContent(contentFolder(files), asCalico).issues.map(
    ({ location: { file, line, column }, message }) =>
      `${file.split('/').slice(-2).join('/')}:${line}:${column} ${message}`,
  )
}

const step = smallest['steps/mini/00-wall.yaml']

describe('lint', () => {
  it('finds nothing wrong with the packaged content', () => {
    const { issues, tracks } = lintContent(packagedContentDir(), asCalico)
    expect(issues).toEqual([])
    expect(tracks).toEqual([
      { id: 'calico', steps: 9 },
      { id: 'netpol', steps: 6 },
    ])
  })

  it('finds nothing wrong with the smallest track', () => expect(lint({})).toEqual([]))

  it.each<[string, Record<string, string | null>, RegExp]>([
    [
      'a manifest that does not exist',
      { 'manifests/mini/wall.yaml': null, 'manifests/mini/other.yaml': smallest['manifests/mini/wall.yaml'] },
      /00-wall\.yaml:6:5 the manifest mini\/wall\.yaml does not exist/,
    ],
    [
      'a manifest nobody applies',
      { 'manifests/mini/more.yaml': smallest['manifests/mini/wall.yaml'] },
      /mini\/more\.yaml:1:1 no step uses/,
    ],
    [
      'an unknown source',
      { 'steps/mini/00-wall.yaml': step.replace('from: client', 'from: cleint') },
      /00-wall\.yaml:13:9 "cleint" is not a source/,
    ],
    [
      'an unknown target',
      { 'steps/mini/00-wall.yaml': step.replace('to: server', 'to: serer') },
      /13:9 "serer" is neither a service nor an outside name/,
    ],
    [
      'a port the Service does not have',
      { 'steps/mini/00-wall.yaml': step.replace('to: server,', 'to: server, port: 8080,') },
      /13:9 Service server has no port 8080.*pass for blocked/,
    ],
    [
      'an expected set that does not exist',
      { 'steps/mini/00-wall.yaml': step.replace('matrix: shut', 'matrix: shutt') },
      /10:13 there is no expected set "shutt"/,
    ],
    [
      'an expected set nobody uses',
      { 'steps/mini/expect/spare.yaml': smallest['steps/mini/expect/shut.yaml'] },
      /expect\/spare\.yaml:1:1 no step uses the expected set spare/,
    ],
    [
      'a set with an unknown source',
      { 'steps/mini/expect/shut.yaml': 'version: 1\ntitle: x\nopen:\n  client: []\n  server: []\n  sever: []\n' },
      /shut\.yaml:6:3 "sever" is not a source/,
    ],
    [
      'a set with an unknown service',
      { 'steps/mini/expect/shut.yaml': 'version: 1\ntitle: x\nopen:\n  client: [db]\n  server: []\n' },
      /shut\.yaml:4:12 "db" is not a service/,
    ],
    [
      'a set that forgets a source',
      { 'steps/mini/expect/shut.yaml': 'version: 1\ntitle: x\nopen:\n  client: []\n' },
      /shut\.yaml:3:1 the source server is not listed/,
    ],
    [
      'a set that lists a service twice',
      { 'steps/mini/expect/shut.yaml': 'version: 1\ntitle: x\nopen:\n  client: [server, server]\n  server: []\n' },
      /shut\.yaml:4:20 "server" is listed twice/,
    ],
    [
      'a gap in the numbers',
      { 'steps/mini/02-more.yaml': step },
      /02-more\.yaml:1:1 step 2 stands where step 1 should be/,
    ],
    [
      'a file name that is no step',
      { 'steps/mini/wall.yaml': step },
      /mini\/wall\.yaml:1:1 a step is called NN-name\.yaml/,
    ],
    [
      'YAML that does not parse in a manifest',
      { 'manifests/mini/wall.yaml': 'apiVersion: v1\nkind: "Pod\nmetadata: {}\n' },
      /wall\.yaml:\d+:\d+ YAML: /,
    ],
    [
      'a manifest without kind',
      { 'manifests/mini/wall.yaml': 'apiVersion: v1\nmetadata: {name: x}\n' },
      /wall\.yaml:1:1 a Kubernetes object needs kind/,
    ],
    [
      "an object without the track's label",
      { 'manifests/mini/wall.yaml': smallest['manifests/mini/wall.yaml'].replace('part-of: mini', 'a: b') },
      /wall\.yaml:6:11 NetworkPolicy wall does not carry the track's label/,
    ],
    [
      'the same object twice',
      {
        'manifests/mini/wall.yaml': `${smallest['manifests/mini/wall.yaml']}---\n${smallest['manifests/mini/wall.yaml']}`,
      },
      /wall\.yaml:11:1 NetworkPolicy wall stands twice/,
    ],
    [
      'a policy Calico would refuse',
      {
        'manifests/mini/wall.yaml':
          'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: x, labels: {part-of: mini}}\nspec: {selector: "a ="}\n',
      },
      /wall\.yaml:1:1 .*[Ss]elector|wall\.yaml:1:1 .*a =/,
    ],
  ])('reports %s', (_what, files, expected) => {
    const issues = lint(files)
    expect(issues).toEqual(expect.arrayContaining([expect.stringMatching(expected)]))
    expect(issues.filter((issue) => !expected.test(issue)).length).toBeLessThanOrEqual(1)
  })

  it('does not call things unused because a step cannot be read', () => {
    expect(lint({ 'steps/mini/00-wall.yaml': step.replace('goal:', 'gaol:') })).toEqual([
      expect.stringMatching(/"goal" is missing/),
      expect.stringMatching(/unknown field "gaol"/),
    ])
  })
})

describe('lint of one file, wherever it is', () => {
  const issues = (name: string, text: string) => lintFile(join(contentFolder({ [name]: text }), name), name, asCalico)

  it('tells a manifest, a step, a track and a set apart', () => {
    expect(issues('a.yaml', step)).toEqual([])
    expect(issues('track.yaml', smallest['steps/mini/track.yaml'])).toEqual([])
    expect(issues('expect/a.yaml', smallest['steps/mini/expect/shut.yaml'])).toEqual([])
    expect(issues('b.yaml', smallest['manifests/mini/wall.yaml'])).toEqual([])
  })

  it('shows the position of a mistake', () => {
    expect(issues('a.yaml', step.replace('title: A wall', 'titel: A wall\ntitle: A wall'))).toMatchObject([
      { location: { file: 'a.yaml', line: 2, column: 1 } },
    ])
  })
})
