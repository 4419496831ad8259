import type { ContentIssue } from './issue.ts'
import type { RawExpect, RawTrack } from './schema-track.ts'
import type { Topology } from './step.ts'
import { present } from './to-action.ts'
import type { YamlSource } from './yaml-source.ts'

export function toTopology(raw: RawTrack): Topology {
  return {
    sources: raw.sources,
    services: raw.services.map((service) => ({ ...present(service), podPort: service.podPort ?? service.port })),
    outside: raw.outside,
    outsideControl: raw.outsideControl ?? '',
    namespaces: raw.namespaces,
    objectLabel: raw.objectLabel,
  }
}

/** The open pairs of a hand-written set. Every source has to be listed: a forgotten line must not read as "all blocked". */
export function toOpenPairs(
  raw: RawExpect,
  topology: Topology,
  source: YamlSource,
): { pairs: { from: string; to: string }[]; issues: ContentIssue[] } {
  const issues: ContentIssue[] = []
  const sources = topology.sources.map((entry) => entry.name)
  const services = topology.services.map((entry) => entry.name)
  for (const from of Object.keys(raw.open)) {
    if (!sources.includes(from)) {
      issues.push({
        location: source.locateKey(['open'], from),
        message: `"${from}" is not a source of this track`,
        allowed: sources.join(', '),
      })
    }
  }
  const pairs: { from: string; to: string }[] = []
  for (const from of sources) {
    const open = raw.open[from]
    if (open === undefined) {
      issues.push({
        location: source.locateKey([], 'open'),
        message: `the source ${from} is not listed (use [] when nothing is open to it)`,
      })
      continue
    }
    const targets = open === 'all' ? services.filter((service) => service !== from) : open
    for (const [index, to] of targets.entries()) {
      if (!services.includes(to) || to === from) {
        const message = to === from ? `${from} is not probed from itself` : `"${to}" is not a service of this track`
        issues.push({
          location: source.locate(['open', from, index]),
          message,
          allowed: services.filter((service) => service !== from).join(', '),
        })
      } else if (targets.indexOf(to) !== index) {
        issues.push({ location: source.locate(['open', from, index]), message: `"${to}" is listed twice` })
      } else {
        pairs.push({ from, to })
      }
    }
  }
  return { pairs, issues }
}
