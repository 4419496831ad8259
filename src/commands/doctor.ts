import { type CheckReport, runChecks } from '../cluster/checks.ts'
import { findKubectl } from '../cluster/find-kubectl.ts'
import { rbacYaml } from '../cluster/rbac.ts'
import { defaultOptions } from '../engine/deps.ts'
import { expectedAfter, trackKinds } from '../engine/expected-state.ts'
import { stateNamespace } from '../engine/reset/state-namespace.ts'
import { trackOperations } from '../engine/track-operations.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import { createEngineFiles } from './engine-files.ts'
import { homeFolder } from './home.ts'
import type { OutputOptions } from './options.ts'
import { openPlace, type Place, workshopFolder } from './place.ts'
import { writeJson } from './report.ts'
import { openTrack, type WorkOptions } from './work.ts'

type Options = WorkOptions & OutputOptions & { rbac?: boolean }

/** `doctor`: is this machine and cluster ready. Exit 5 when a check fails. */
export async function doctor(options: Options, context: CommandContext): Promise<ExitCode> {
  const track = await openTrack(options, context)
  const home = homeFolder(options.home, context.io.env)
  const files = createEngineFiles(home, workshopFolder(home))
  const wanted = [...expectedAfter(track, track.steps.at(-1)?.number ?? 0, files, null).objects.values()]
  const needsCalico = track.requires !== undefined
  const own = wanted.map(({ object }) => object.spec?.tier as string | undefined).filter((tier) => tier !== undefined)
  const tiers = needsCalico ? [...new Set(['default', ...own])] : []
  const namespaces = track.topology.namespaces.map(({ name }) => name)
  if (options.rbac) {
    context.io.stdout.write(rbacYaml({ namespaces, tiers, calico: needsCalico }))
    return exitCodes.done
  }
  let place: Place | null = null
  let connectError: unknown
  try {
    place = await openPlace(options, context, 'read')
  } catch (error) {
    connectError = error
  }
  try {
    const reports = await runChecks({
      cluster: place?.cluster ?? null,
      ...(connectError === undefined ? {} : { connectError }),
      kubectl: await findKubectl({}),
      nodeVersion: process.versions.node,
      namespaces,
      tiers,
      needsCalico,
      objectLabel: track.topology.objectLabel,
      probeImage: options.probeImage ?? defaultOptions.probeImage,
      steps: trackOperations(track, files),
      reads: [...trackKinds(track, files), { apiVersion: 'v1', kind: 'Pod' }, { apiVersion: 'v1', kind: 'Namespace' }],
      stateNamespace,
      signal: context.signal,
    })
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
