import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { explainRefs } from '../policy/explain-refs.ts'
import { parseTarget } from '../policy/resolve-ref.ts'
import { explainText } from '../report/explain-text.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWorld } from './world.ts'

type Options = PlaceOptions & OutputOptions & { filename: string[]; protocol: string }

/** `explain`: why a flow is open or blocked. Exit 3 when it cannot be decided. */
export async function explain(
  options: Options,
  context: CommandContext,
  [from, to]: [string, string],
): Promise<ExitCode> {
  const { world, notes } = await openWorld(options, context)
  const { name, port } = parseTarget(to)
  const view = explainRefs(world, {
    from,
    to: name,
    ...(port === null ? {} : { port }),
    protocol: protocolOf(options.protocol),
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
  } else
    context.io.stdout.write(
      escapeControl(explainText({ ...view, notes: [...notes, ...view.notes] }), { multiline: true }),
    )
  return view.verdict === 'undecided' ? exitCodes.unmet : exitCodes.done
}

function protocolOf(text: string): string {
  return /^(tcp|udp|sctp|icmp)$/i.test(text) ? text.toUpperCase() : /^icmpv6$/i.test(text) ? 'ICMPv6' : text
}
