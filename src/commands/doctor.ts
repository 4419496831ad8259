import { type CheckReport, runChecks } from '../cluster/checks.ts'
import { findKubectl } from '../cluster/find-kubectl.ts'
import { rbacYaml } from '../cluster/rbac.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import { checksOf } from './doctor-checks.ts'
import type { OutputOptions } from './options.ts'
import { openPlace, type Place } from './place.ts'
import { writeJson } from './report.ts'
import { openTrack, type WorkOptions } from './work.ts'

type Options = WorkOptions & OutputOptions & { rbac?: boolean }

/** `doctor`: is this machine and cluster ready. Exit 5 when a check fails. */
export async function doctor(options: Options, context: CommandContext): Promise<ExitCode> {
  const track = await openTrack(options, context)
  const what = checksOf(track, options, context)
  if (options.rbac) {
    const { namespaces, tiers, needsCalico } = what
    context.io.stdout.write(rbacYaml({ namespaces, tiers, calico: needsCalico === true }))
    return exitCodes.done
  }
  let place: Place | null = null
  let connectError: unknown
  try {
    place = await openPlace(options, context, 'read')
  } catch (error) {
    context.signal.throwIfAborted()
    connectError = error
  }
  try {
    const reports = await runChecks({
      ...what,
      cluster: place?.cluster ?? null,
      ...(connectError === undefined ? {} : { connectError }),
      kubectl: await findKubectl({ signal: context.signal }),
    })
    context.signal.throwIfAborted()
    const ok = reports.every(({ status }) => status !== 'fail')
    if (options.output === 'json')
      writeJson(context, {
        v: 1,
        ok,
        context: place?.cluster.context ?? options.context ?? 'sandbox',
        checks: reports.map(toJson),
      })
    else context.io.stdout.write(escapeControl(doctorText(reports), { multiline: true }))
    return ok ? exitCodes.done : exitCodes.notReady
  } finally {
    await place?.close()
  }
}

function toJson({ code, title, status, reason, next, details }: CheckReport) {
  return { code, title, result: status, reason, ...(next ? { next } : {}), ...(details ? { details } : {}) }
}

const words = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const

function doctorText(reports: readonly CheckReport[]): string {
  const lines = reports.flatMap(({ code, title, status, reason, next, details = [] }) => [
    `${words[status]} ${title}: ${reason} [${code}]`,
    ...details.map((detail) => `       ${detail}`),
    ...(next ? [`     -> ${next}`] : []),
  ])
  const failed = reports.filter(({ status }) => status === 'fail').length
  const warned = reports.filter(({ status }) => status === 'warn').length
  return `${[...lines, failed > 0 ? `Not ready: ${failed} of ${reports.length} checks failed.` : warned > 0 ? `Ready, with ${warned} warnings.` : 'Ready.'].join('\n')}\n`
}
