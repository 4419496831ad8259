/** `cartservice:7070`, `kube-dns:53/UDP`. The label of a Service with several ports names its own already. */
export function targetText(label: string, port: number, protocol = 'TCP'): string {
  const withPort = label.includes(':') ? label : `${label}:${port}`
  return protocol === 'TCP' || withPort.endsWith(`/${protocol}`) ? withPort : `${withPort}/${protocol}`
}
