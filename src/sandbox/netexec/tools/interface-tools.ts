/** The pod's network as its tools show it: ip, ifconfig, route, netstat. Addresses as Calico hands them out: /32 and a link-local gateway. */
import type { Process, Program } from '../process.ts'

const MTU = 1450

function macOf(ip: string): string {
  const bytes = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return ['ee', 'ee', ...bytes].join(':')
}

const ip: Program = (process) => {
  const words = process.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  const brief = process.argv.includes('-br') || process.argv.includes('-brief')
  const [object = 'help'] = words
  if ('address'.startsWith(object)) return addresses(process, brief, words)
  if ('link'.startsWith(object)) return links(process)
  if ('route'.startsWith(object)) {
    process.stdout.write('default via 169.254.1.1 dev eth0 \n169.254.1.1 dev eth0 scope link \n')
    return 0
  }
  if ('neighbour'.startsWith(object)) {
    process.stdout.write('169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee REACHABLE\n')
    return 0
  }
  process.stderr.write(
    'BusyBox v1.37.0 multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n',
  )
  return 1
}

function addresses({ stdout, container }: Process, brief: boolean, words: readonly string[]): number {
  if (brief) {
    stdout.write(
      `lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@if12        UP             ${container.ip}/32 \n`,
    )
    return 0
  }
  if (!words.includes('eth0')) {
    stdout.write(
      '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n',
    )
  }
  stdout.write(
    `2: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu ${MTU} qdisc noqueue state UP qlen 1000\n    link/ether ${macOf(container.ip)} brd ff:ff:ff:ff:ff:ff\n    inet ${container.ip}/32 scope global eth0\n       valid_lft forever preferred_lft forever\n`,
  )
  return 0
}

function links({ stdout, container }: Process): number {
  stdout.write(
    `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n2: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu ${MTU} qdisc noqueue state UP qlen 1000\n    link/ether ${macOf(container.ip)} brd ff:ff:ff:ff:ff:ff\n`,
  )
  return 0
}

const ifconfig: Program = ({ stdout, container }) => {
  stdout.write(
    `eth0      Link encap:Ethernet  HWaddr ${macOf(container.ip).toUpperCase()}  \n          inet addr:${container.ip}  Bcast:0.0.0.0  Mask:255.255.255.255\n          UP BROADCAST RUNNING MULTICAST  MTU:${MTU}  Metric:1\n\nlo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n`,
  )
  return 0
}

const route: Program = ({ stdout }) => {
  stdout.write(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n0.0.0.0         169.254.1.1     0.0.0.0         UG    0      0        0 eth0\n169.254.1.1     0.0.0.0         255.255.255.255 UH    0      0        0 eth0\n',
  )
  return 0
}

const netstat: Program = ({ stdout, container, network }) => {
  stdout.write(
    'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n',
  )
  for (const each of network.topology.pod(container.podId)?.listens ?? []) {
    const [protocol = 'TCP', port = ''] = each.split('/')
    stdout.write(
      `${protocol.toLowerCase()}        0      0 ${`0.0.0.0:${port}`.padEnd(23)} 0.0.0.0:*               ${protocol === 'TCP' ? 'LISTEN' : ''}\n`,
    )
  }
  return 0
}

export const INTERFACE_TOOLS: Readonly<Record<string, Program>> = { ip, ifconfig, route, netstat }
