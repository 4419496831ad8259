/**
 * The laboratory the captures were made in: names on documentation addresses that drop, refuse, reject or answer. Same
 * names, same addresses, on the real simulated network; headless Services carry them.
 */

import type { HttpRequest, HttpResponse, SimClock } from '../../../src/sandbox/contracts.ts'
import { createFiles } from '../../../src/sandbox/netexec/files.ts'
import { findImage, type ImageFacts } from '../../../src/sandbox/netexec/images.ts'
import type { Container, Process, Sink } from '../../../src/sandbox/netexec/process.ts'
import { shellProgram } from '../../../src/sandbox/netexec/shell/sh.ts'
import { createNetwork } from '../../../src/sandbox/network/network.ts'
import { OUTSIDE_WORLD, type OutsideHost, type OutsideWorld } from '../../../src/sandbox/network/outside.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { createStore } from '../../../src/sandbox/store/memory-store.ts'

export interface Lab {
  run(command: string): Promise<{ code: number; stdout: string; stderr: string; simulatedMs: number }>
}

const html: [string, string] = ['Content-Type', 'text/html; charset=utf-8']
const date: [string, string] = ['Date', 'Sat, 21 Nov 2026 12:00:00 GMT']

/** What the captured frontend stand-in served on its ports. */
function frontend({ port, scheme }: HttpRequest): HttpResponse {
  const answer = (
    status: number,
    reason: string,
    headers: [string, string][],
    broken?: HttpResponse['broken'],
  ): HttpResponse => ({ status, reason, headers, body: '', tookMs: 0, ...(broken === undefined ? {} : { broken }) })
  if (scheme === 'https') return answer(0, '', [], 'not-tls')
  if (port === 8500) return answer(500, 'Internal Server Error', [date, html])
  if (port === 8081) return answer(0, '', [], 'empty-reply')
  if (port === 8083) return answer(0, '', [], 'reset')
  if (port === 8082) return { ...answer(0, '', [], 'empty-reply'), tookMs: 30_000 }
  return answer(200, 'OK', [['Set-Cookie', 'shop_session-id=0f0c; Max-Age=172800'], date, html])
}

const IN_LAB: readonly (Omit<OutsideHost, 'names'> & { name: string })[] = [
  { name: 'redis-cart', address: '10.77.0.10', pings: true, ports: [6379], others: 'refused' },
  { name: 'frontend', address: '10.77.0.12', pings: true, ports: [80, 8081, 8082, 8083, 8500], http: frontend },
  { name: 'blockedsvc', address: '10.77.0.20', pings: false, ports: [] },
  { name: 'rejectsvc', address: '10.77.0.21', pings: false, ports: [], others: 'refused' },
  { name: 'adminsvc', address: '10.77.0.22', pings: false, ports: [], others: 'host-unreachable' },
  { name: 'noroute', address: '198.51.100.99', pings: false, ports: [], others: 'network-unreachable' },
]

function outsideWorld(): OutsideWorld {
  const blocked = (host: OutsideHost): OutsideHost =>
    host.names.includes('github.com') ? { ...host, pings: false, ports: [] } : host
  return {
    ...OUTSIDE_WORLD,
    hosts: [...OUTSIDE_WORLD.hosts.map(blocked), ...IN_LAB.map(({ name: _, ...host }) => ({ ...host, names: [] }))],
    broken: {
      'servfail.example.com': 'servfail',
      'servfail.example.com.hipstershop.svc.cluster.local': 'servfail',
      'dnsdrop.example.com': 'silent',
    },
  }
}

export function createLab(facts: Partial<ImageFacts>, extraTools: readonly string[]): Lab {
  // The time a command takes is the longest of the waits that follow each other; captured ones never wait side by side.
  let simulatedMs = 0
  const real = createSimClock(0)
  const clock: SimClock = {
    ...real,
    sleep(ms, signal) {
      simulatedMs += ms
      return real.sleep(ms, signal)
    },
  }
  const store = createStore({ clock })
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hipstershop' } })
  const pod = (namespace: string, name: string, image: string, ip: string) =>
    store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { containers: [{ name: 'main', image }] },
      status: { phase: 'Running', podIP: ip },
    })
  const service = (namespace: string, name: string, clusterIP: string, ports: object[], addresses: string[]): void => {
    store.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { clusterIP, clusterIPs: [clusterIP], ports },
    })
    store.create('endpointslices.discovery.k8s.io', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports,
      endpoints: [{ addresses, conditions: { ready: true } }],
    })
  }
  pod('kube-system', 'coredns', 'registry.k8s.io/coredns/coredns:v1.12.1', '10.77.0.2')
  service(
    'kube-system',
    'kube-dns',
    '10.77.0.53',
    [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
    ['10.77.0.2'],
  )
  for (const { name, address } of IN_LAB) service('hipstershop', name, 'None', [], [address])
  const podObject = pod('hipstershop', 'prober', 'alpine', '10.77.0.3')
  const network = createNetwork({ store, clock, outside: outsideWorld() })

  const base = findImage('alpine')
  const image: ImageFacts = { ...base, ...facts, tools: new Set([...(facts.tools ?? base.tools), ...extraTools]) }
  const container: Container = {
    podId: 'hipstershop/prober',
    pod: podObject,
    name: 'main',
    image,
    hostname: 'prober',
    ip: '10.77.0.3',
    uid: image.uid,
    gid: 0,
    canPing: image.uid === 0,
    env: {},
    workingDir: '/',
    command: 'sleep infinity',
    files: createFiles({ image, given: {}, readOnlyRoot: false, writableMounts: [], uid: 0 }),
  }
  return {
    async run(text) {
      let stdout = ''
      let stderr = ''
      const sink = (take: (text: string) => void): Sink => ({ tty: false, write: take })
      const process: Process = {
        argv: ['sh', '-c', text],
        env: {},
        cwd: '/',
        stdin: { read: async () => null },
        stdout: sink((piece) => {
          stdout += piece
        }),
        stderr: sink((piece) => {
          stderr += piece
        }),
        signal: new AbortController().signal,
        container,
        network,
        clock,
      }
      const code = await shellProgram(image.shell === 'none' ? 'ash' : image.shell)(process)
      network.close()
      return { code, stdout, stderr, simulatedMs }
    },
  }
}
