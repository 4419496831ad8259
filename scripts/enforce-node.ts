/**
 * Lets a real node that ignores policies enforce them: what the policy engine decides of the cluster's objects is written
 * into the node's firewall, again and again, until interrupted. Real pods, real connections, real time-outs; the verdicts
 * are the engine's. For end-to-end tests; needs root and iptables.
 *
 *   tsx scripts/enforce-node.ts --kubeconfig FILE --context NAME --netns PATH --pods CIDR [--outside IP,IP...]
 */
import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectCluster } from '../src/cluster/connect.ts'
import { readSnapshot, worldKinds } from '../src/engine/snapshot.ts'
import { evaluate } from '../src/policy/evaluate.ts'
import type { Flow, KubeObject } from '../src/policy/model.ts'
import { createWorld, type World } from '../src/policy/world.ts'

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    context: { type: 'string' },
    netns: { type: 'string' },
    pods: { type: 'string' },
    outside: { type: 'string', default: '' },
  },
})
const { kubeconfig, context, netns, pods } = values
if (!kubeconfig || !context || !netns || !pods)
  throw new Error('--kubeconfig, --context, --netns and --pods are needed')
const chain = 'HW-POLICY'
const pollMs = 300
/** A port no rule and no pod names stands for all the others. */
const otherPort = 61_001

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const cluster = await connectCluster({ kubeconfig, context, via: 'api', isSandbox: false })
let written = ''
try {
  iptables(['-N', chain], true)
  iptables(['-D', 'FORWARD', '-j', chain], true)
  iptables(['-I', 'FORWARD', '1', '-j', chain])
  while (!stop.signal.aborted) {
    const { objects } = await readSnapshot(cluster, worldKinds)
    const rules = rulesOf(createWorld(objects as KubeObject[]))
    const text = `*filter\n:${chain} - [0:0]\n${rules.join('\n')}\nCOMMIT\n`
    if (text !== written) {
      inNode(['iptables-restore', '--noflush', '--wait'], text)
      if (written === '') process.stdout.write('enforcing\n')
      written = text
      process.stderr.write(`${new Date().toISOString()} ${rules.length} rules\n`)
    }
    await delay(pollMs, undefined, { signal: stop.signal }).catch(() => undefined)
  }
} finally {
  iptables(['-D', 'FORWARD', '-j', chain], true)
  iptables(['-F', chain], true)
  iptables(['-X', chain], true)
  await cluster.close()
}

/** What passes, by pair; then everything else of the pods is dropped. */
function rulesOf(world: World): string[] {
  // An address of a pod is that pod.
  const inside = world.endpoints.flatMap(({ ips }) => ips)
  const outside = values.outside.split(',').filter(Boolean)
  const ports = portsOf(world.objects)
  const rules = [`-A ${chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`]
  for (const from of [...inside, ...outside])
    for (const to of [...inside, ...outside]) {
      if (outside.includes(from) && outside.includes(to)) continue
      const pair = `-A ${chain} -s ${from}/32 -d ${to}/32`
      const passes = (protocol: string, port?: number) => {
        const ends: Pick<Flow, 'from' | 'to'> = { from: { kind: 'ip', ip: from }, to: { kind: 'ip', ip: to } }
        const flow: Flow = { ...ends, protocol, ...(port === undefined ? {} : { port }) }
        return evaluate(world, flow).verdict === 'allow'
      }
      if (passes('ICMP')) rules.push(`${pair} -p icmp -j ACCEPT`)
      for (const protocol of ['TCP', 'UDP']) {
        const name = protocol.toLowerCase()
        if (passes(protocol, otherPort)) {
          for (const port of ports.filter((port) => !passes(protocol, port)))
            rules.push(`${pair} -p ${name} --dport ${port} -j DROP`)
          rules.push(`${pair} -p ${name} -j ACCEPT`)
        } else
          for (const port of ports.filter((port) => passes(protocol, port)))
            rules.push(`${pair} -p ${name} --dport ${port} -j ACCEPT`)
      }
    }
  return [...rules, `-A ${chain} -s ${pods} -j DROP`, `-A ${chain} -d ${pods} -j DROP`]
}

/** Every port number that occurs in a policy, a pod or a Service. */
function portsOf(objects: readonly KubeObject[]): number[] {
  const found = new Set<number>([53, 80, 443])
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, key)
    else if (value && typeof value === 'object') for (const [name, inner] of Object.entries(value)) visit(inner, name)
    else if (/port/i.test(key) && Number.isInteger(Number(value)) && Number(value) > 0 && Number(value) < 65_536)
      found.add(Number(value))
  }
  for (const { spec, subsets, endpoints, ports } of objects as any[]) visit({ spec, subsets, endpoints, ports }, '')
  return [...found].sort((a, b) => a - b)
}

function inNode(command: string[], input?: string): void {
  const ran = spawnSync('nsenter', [`--net=${netns}`, ...command], { encoding: 'utf8', ...(input ? { input } : {}) })
  if (ran.status !== 0) throw new Error(`${command.join(' ')}: ${ran.stderr || ran.error}`)
}

function iptables(args: string[], mayFail = false): void {
  try {
    inNode(['iptables', '--wait', ...args])
  } catch (error) {
    if (!mayFail) throw error
  }
}
