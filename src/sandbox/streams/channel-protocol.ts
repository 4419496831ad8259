/** Subprotocols of exec and attach, newest first. Without one the server speaks v1. */
const CHANNEL_PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
] as const

export type ChannelProtocol = (typeof CHANNEL_PROTOCOLS)[number] | ''

export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** The best protocol the client offers; '' when it offers none; undefined when it offers only unknown ones. */
export function chooseProtocol(offered: string | undefined): ChannelProtocol | undefined {
  if (!offered) return ''
  const names = offered.split(',').map((name) => name.trim())
  return CHANNEL_PROTOCOLS.find((name) => names.includes(name))
}

/** Status objects came with v4; before, channel 3 carries plain text. */
export function sendsStatus(protocol: ChannelProtocol): boolean {
  return /^v[45]\./.test(protocol)
}

export function isBase64(protocol: ChannelProtocol): boolean {
  return protocol.includes('base64')
}
