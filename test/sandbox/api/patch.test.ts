import { describe, expect, it } from 'vitest'
import { jsonPatch } from '../../../src/sandbox/api/patch/json-patch.ts'
import { mergePatch } from '../../../src/sandbox/api/patch/merge-patch.ts'
import { strategicMerge } from '../../../src/sandbox/api/patch/strategic-merge.ts'

describe('strategic merge', () => {
  const deployment = {
    spec: {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      template: {
        spec: {
          containers: [
            {
              name: 'a',
              image: 'a:1',
              env: [
                { name: 'X', value: '1' },
                { name: 'Y', value: '2' },
              ],
            },
            { name: 'b', image: 'b:1' },
          ],
        },
      },
    },
  }
  const patched = (patch: unknown): any => strategicMerge(deployment, patch, 'apps.Deployment')

  it('merges lists by their key', () => {
    const result = patched({
      spec: { template: { spec: { containers: [{ name: 'b', image: 'b:2' }, { name: 'c' }] } } },
    })
    expect(result.spec.template.spec.containers.map((c: any) => `${c.name} ${c.image}`)).toEqual([
      'a a:1',
      'b b:2',
      'c undefined',
    ])
  })

  it('deletes list items by $patch and keeps the order asked for', () => {
    const result = patched({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
            containers: [{ name: 'a', env: [{ name: 'X', $patch: 'delete' }] }],
          },
        },
      },
    })
    const { containers } = result.spec.template.spec
    expect(containers.map((c: any) => c.name)).toEqual(['b', 'a'])
    expect(containers[1].env).toEqual([{ name: 'Y', value: '2' }])
  })

  it('drops what $retainKeys does not name', () => {
    const result = patched({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })
    expect(result.spec.strategy).toEqual({ type: 'Recreate' })
  })

  it('replaces lists without a merge key, all of NetworkPolicy included', () => {
    const policy = { spec: { ingress: [{ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }] } }
    const result = strategicMerge(policy, { spec: { ingress: [{ ports: [{ port: 3 }] }] } }, 'networking.NetworkPolicy')
    expect(result).toEqual({ spec: { ingress: [{ ports: [{ port: 3 }] }] } })
  })

  it('takes service ports by port and container ports by containerPort', () => {
    const service = { spec: { ports: [{ port: 80, name: 'a' }] } }
    expect(strategicMerge(service, { spec: { ports: [{ port: 80, targetPort: 8080 }] } }, 'core.Service')).toEqual({
      spec: { ports: [{ port: 80, name: 'a', targetPort: 8080 }] },
    })
  })

  it('leaves the target as it was', () => {
    const before = JSON.stringify(deployment)
    patched({ spec: { template: { spec: { containers: [{ name: 'a', image: 'z' }] } } } })
    expect(JSON.stringify(deployment)).toBe(before)
  })
})

describe('merge patch', () => {
  it('deletes with null and replaces lists', () => {
    expect(mergePatch({ a: 1, b: { c: 2, d: 3 }, l: [1, 2] }, { a: null, b: { c: null }, l: [3] })).toEqual({
      b: { d: 3 },
      l: [3],
    })
  })

  it('never reaches a prototype', () => {
    const result = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as object
    expect(({} as any).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  })
})

describe('JSON patch', () => {
  it('applies operations and refuses a failed test as 422', () => {
    expect(jsonPatch({ a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }])).toEqual({ a: { b: 2 } })
    expect(() => jsonPatch({ a: 1 }, [{ op: 'test', path: '/a', value: 2 }])).toThrowError(
      expect.objectContaining({ code: 422 }),
    )
  })

  it('refuses a document that is no list of operations', () => {
    expect(() => jsonPatch({}, { op: 'add' })).toThrowError(expect.objectContaining({ code: 400 }))
    expect(() => jsonPatch({}, [null])).toThrowError(expect.objectContaining({ code: 400 }))
  })
})
