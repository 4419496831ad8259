import { usageError } from '../errors/catalog/usage.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { type ExplainRequest, explainRefs } from '../policy/explain-refs.ts'
import { parseTarget } from '../policy/parse-target.ts'
import { knownProtocol, protocolNumber } from '../policy/protocol.ts'
import type { ExplainView } from '../policy/views.types.ts'
import { createWorld } from '../policy/world.ts'
import { explainText } from '../report/explain-text.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { openPlace } from './place.ts'
import { writeJson } from './report.ts'
import { resolveInPod } from './resolve-name.ts'
import { openWorld, type WorldInput } from './world.ts'
import { writeText } from './write-text.ts'

type Options = PlaceOptions & OutputOptions & { filename: string[]; protocol?: string }

/** `explain`: why a flow is open or blocked. Exit 3 when it cannot be decided. */
export async function explain(
  options: Options,
  context: CommandContext,
  [from, to]: [string, string],
): Promise<ExitCode> {
  const protocol = options.protocol === undefined ? null : protocolOf(options.protocol)
  const { name, port } = parseTarget(to)
  const request = {
    from,
    to: name,
    ...(port === null ? {} : { port }),
    ...(protocol === null ? {} : { protocol }),
  }
  const input = await openWorld(options, context)
  const view = await withAddress(explainRefs(input.world, request), request, input, options, context)
  const notes = [...input.notes, ...view.notes]
  if (options.output === 'json') {
    writeJson(context, {
      v: 1,
      flow: view.flow,
      verdict: view.verdict,
      egress: view.egress.trace,
      ingress: view.ingress.trace,
      title: view.title,
      sides: { egress: view.egress, ingress: view.ingress },
      notes,
    })
  } else writeText(context, explainText({ ...view, notes }))
  return view.verdict === 'undecided' ? exitCodes.unmet : exitCodes.done
}

/** Pods asked for the address of a name. */
const askedMost = 4

/**
 * Where a rule asks for the address of an outside name, a living source pod is asked what it is there; if it has no
 * tool for that, pods nobody owns, which people start to look around from: DNS tells them the same.
 */
async function withAddress(
  view: ExplainView,
  request: ExplainRequest,
  { world, objects, uid }: WorldInput,
  options: Options,
  context: CommandContext,
): Promise<ExplainView> {
  const { from, to } = view.flow
  if (view.verdict !== 'undecided' || uid === null || to.kind !== 'name' || from.kind !== 'endpoint') return view
  const pod = world.endpointsById.get(from.id)
  if (!pod) return view
  const bare = world.endpoints.filter((other) => other.workload.endsWith(`.${other.namespace}`) && other !== pod)
  const place = await openPlace(options, context, 'read')
  try {
    for (const { namespace, name, id } of [pod, ...bare].slice(0, askedMost)) {
      const addresses = await resolveInPod(place, { namespace, name }, to.name, context.signal)
      if (addresses.length === 0) continue
      const names = { ...world.options.names, [to.name]: addresses }
      const again = explainRefs(createWorld(objects, { names }), request)
      return { ...again, notes: [`${to.name} is ${addresses.join(', ')}, as ${id} resolves it`, ...again.notes] }
    }
    return view
  } finally {
    await place.close()
  }
}

/** In Calico's spelling, however it was written; a number without a name stays one. */
function protocolOf(text: string): string {
  const number = protocolNumber(text)
  if (number === null || number === 0)
    throw usageError(
      `There is no protocol ${text}.`,
      'It is TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255.',
    )
  return knownProtocol(number) ?? String(number)
}
