import { once } from 'node:events'
import { usageError } from '../errors/catalog/usage.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { SandboxOptions } from '../sandbox/contracts.ts'
import { packagedContentDir } from '../workshop/load-files.ts'
import { ask, notConfirmed } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { homeFolder } from './home.ts'
import type { OutputOptions, PlaceOptions } from './options.ts'
import { checkPlaceOptions } from './place.ts'

interface Options extends PlaceOptions, OutputOptions {
  withShop?: boolean
  fault: string[]
  enforcementDelay?: number
  yes?: boolean
}

/** `sandbox start` serves until interrupted; `sandbox reset` gives a fresh one. */
export async function sandbox(
  options: Options,
  context: CommandContext,
  [verb = 'start']: [string?],
): Promise<ExitCode> {
  checkPlaceOptions(options)
  if (options.context)
    throw usageError('sandbox is about the embedded one; --context names another cluster.', 'Leave --context out.')
  const home = homeFolder(options.home, context.io.env)
  return verb === 'reset' ? await reset(options, context, home) : await start(options, context, home)
}

async function start(options: Options, { io, signal }: CommandContext, home: string): Promise<ExitCode> {
  const { createSandbox } = await import('../sandbox/create-sandbox.ts')
  const settings: SandboxOptions = {
    home,
    calico: options.calico,
    timeScale: options.timeScale,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.withShop ? { withShop: true, shopManifests: `${packagedContentDir()}/manifests/shop` } : {}),
    ...(options.enforcementDelay === undefined ? {} : { enforcementDelayMs: options.enforcementDelay }),
    ...(options.fault.length > 0 ? { faults: await parseFaults(options.fault) } : {}),
  }
  const running = await createSandbox(settings)
  try {
    if (options.output === 'json') {
      io.stdout.write(
        `${JSON.stringify({ v: 1, type: 'ready', kubeconfig: running.kubeconfigPath, server: running.url, calico: running.calico })}\n`,
      )
    } else {
      const quoted = `'${running.kubeconfigPath.replaceAll("'", "'\\''")}'`
      io.stdout.write(
        [
          `The sandbox (Calico ${running.calico}) answers at ${running.url}${running.owned ? '' : ', served by another process of this home'}.`,
          'Point kubectl at it, in another terminal:',
          `  export KUBECONFIG=${quoted}`,
          '  kubectl get nodes',
          'Ctrl-C stops it; its objects are kept for the next time.',
          '',
        ].join('\n'),
      )
    }
    if (!signal.aborted) await once(signal, 'abort')
    return exitCodes.interrupted
  } finally {
    await running.close()
  }
}

async function parseFaults(pairs: readonly string[]): Promise<Record<string, number>> {
  const { FAULT_KINDS } = await import('../sandbox/faults.ts')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [kind = '', rate = ''] = pair.split('=')
      const value = Number(rate)
      if (!FAULT_KINDS.some((known) => known === kind) || rate === '' || !(value >= 0 && value <= 1)) {
        throw usageError(
          `--fault ${pair} is not KIND=RATE with a known kind and a rate from 0 to 1.`,
          `Kinds: ${FAULT_KINDS.join(', ')}. For example --fault 500=0.1`,
        )
      }
      return [kind, value]
    }),
  )
}

async function reset(options: Options, context: CommandContext, home: string): Promise<ExitCode> {
  if (!options.yes) {
    if (!context.io.interactive)
      throw notConfirmed(
        'sandbox reset throws away everything in the sandbox, and there is nobody to ask.',
        'Add --yes.',
      )
    const answer = await ask(`Throw away everything in the sandbox under ${home}? [y/N] `, context)
    if (!/^y/i.test(answer)) throw notConfirmed('Nothing was changed.', 'Answer y, or give --yes.')
  }
  const { resetSandbox } = await import('../sandbox/create-sandbox.ts')
  await resetSandbox(home, options.calico)
  if (options.output === 'json')
    context.io.stdout.write(`${JSON.stringify({ v: 1, ok: true, reset: 'sandbox', calico: options.calico })}\n`)
  else context.io.stdout.write('The sandbox is empty: the next start makes a fresh one.\n')
  return exitCodes.done
}
