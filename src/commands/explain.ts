import { usageError } from '../errors/catalog/usage.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { explainRefs } from '../policy/explain-refs.ts'
import { parseTarget } from '../policy/parse-target.ts'
import { knownProtocol, protocolNumber } from '../policy/protocol.ts'
import { explainText } from '../report/explain-text.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWorld } from './world.ts'
import { writeText } from './write-text.ts'

type Options = PlaceOptions & OutputOptions & { filename: string[]; protocol?: string }

/** `explain`: why a flow is open or blocked. Exit 3 when it cannot be decided. */
export async function explain(
  options: Options,
  context: CommandContext,
  [from, to]: [string, string],
): Promise<ExitCode> {
  const protocol = options.protocol === undefined ? null : protocolOf(options.protocol)
  const { world, notes } = await openWorld(options, context)
  const { name, port } = parseTarget(to)
  const view = explainRefs(world, {
    from,
    to: name,
    ...(port === null ? {} : { port }),
    ...(protocol === null ? {} : { protocol }),
  })
  if (options.output === 'json') {
    writeJson(context, {
      v: 1,
      flow: view.flow,
      verdict: view.verdict,
      egress: view.egress.trace,
      ingress: view.ingress.trace,
      title: view.title,
      sides: { egress: view.egress, ingress: view.ingress },
      notes: [...notes, ...view.notes],
    })
  } else writeText(context, explainText({ ...view, notes: [...notes, ...view.notes] }))
  return view.verdict === 'undecided' ? exitCodes.unmet : exitCodes.done
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
