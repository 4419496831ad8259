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
    const others = services.filter((service) => service !== from)
    const listed = open === 'all' ? [] : Array.isArray(open) ? open : open.allBut
    const place = Array.isArray(open) ? ['open', from] : ['open', from, 'allBut']
    const before = issues.length
    for (const [index, to] of listed.entries()) {
      if (!services.includes(to) || to === from) {
        const message = to === from ? `${from} is not probed from itself` : `"${to}" is not a service of this track`
        issues.push({
          location: source.locate([...place, index]),
          message,
          allowed: others.join(', '),
        })
      } else if (listed.indexOf(to) !== index) {
        issues.push({ location: source.locate([...place, index]), message: `"${to}" is listed twice` })
      }
    }
    if (issues.length > before) continue
    const targets = Array.isArray(open) ? listed : others.filter((service) => !listed.includes(service))
    for (const to of targets) pairs.push({ from, to })
  }
  return { pairs, issues }
}
