import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/policy/model.ts'
import { createWorld } from '../../src/policy/world.ts'
import { namespace, pod } from './small-world.ts'

function read(spec: Record<string, unknown>, labels: unknown = {}) {
  const made = pod('shop/a', {}, '10.0.0.1', spec)
  const written = { ...made, metadata: { ...made.metadata, labels } } as KubeObject
  return createWorld([namespace('shop'), written]).endpointsById.get('shop/a')!
}

describe('what is read of a pod', () => {
  it('takes declared ports of all containers, in order, of protocols that have ports', () => {
    const containers = [
      {
        name: 'a',
        ports: [
          { name: 'http', containerPort: 80 },
          { containerPort: '81', protocol: 'udp' },
        ],
      },
      {
        name: 'b',
        ports: [{ name: '', containerPort: 82 }, { containerPort: 83, protocol: 'ICMP' }, { name: 'x' }, null],
      },
      { name: 'c' },
      null,
    ]
    const initContainers = [{ name: 'i', ports: [{ name: 'early', containerPort: 84, protocol: 'SCTP' }] }]
    expect(read({ containers, initContainers }).ports).toEqual([
      { name: 'http', port: 80, protocol: 'TCP' },
      { port: 81, protocol: 'UDP' },
      { port: 82, protocol: 'TCP' },
      { name: 'early', port: 84, protocol: 'SCTP' },
    ])
    expect(read({ containers: 'none' }).ports).toEqual([])
  })

  it('takes variables with plain values, not those of init containers', () => {
    const env = [{ name: 'A', value: 'a:1' }, { name: 'B', valueFrom: {} }, { name: 'C', value: 2 }, null]
    const made = read({ containers: [{ env }, { env: [{ name: 'D', value: '' }] }], initContainers: [{ env }] })
    expect(made.env).toEqual([
      { name: 'A', value: 'a:1' },
      { name: 'D', value: '' },
    ])
  })

  it('takes labels as texts, whatever was written', () => {
    expect(read({}, { app: 'web', version: '1' }).labels).toEqual({ app: 'web', version: '1' })
    expect(read({}, { app: 'web', version: 1, on: true }).labels).toEqual({ app: 'web', version: '1', on: 'true' })
    expect(read({}, null).labels).toEqual({})
    expect(read({}, 'web').labels).toEqual({ 0: 'w', 1: 'e', 2: 'b' })
  })
})
