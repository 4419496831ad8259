import { setMaxListeners } from 'node:events'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { interrupted, outputLost } from '../errors/catalog/usage.ts'
import { exitCodes } from '../errors/exit-codes.ts'
import { errorToJson, formatError } from '../errors/format.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { CommandContext, Io } from './context.ts'
import { onEachContext } from './each-context.ts'
import { addOutputOptions, addPlaceOptions, wholeNumber } from './options.ts'
import { safeIo } from './safe-io.ts'
import { suggestionFor, unknownCommand } from './suggest.ts'

/** How long an interrupted command has to put things in order. */
const INTERRUPT_MS = 2000

type Run = (options: any, context: CommandContext, args: any) => Promise<number>

/** Builds the command tree. Every command's module is loaded only when it is the one that runs. */
function createProgram(context: CommandContext, done: (code: number) => void): Command {
  const program = new Command('hipster-workshop')
  const act =
    (load: () => Promise<Run>) =>
    async (...args: any[]) => {
      const command = args.pop() as Command
      args.pop()
      const options = command.optsWithGlobals()
      if (options.content !== undefined && command.getOptionValueSourceWithGlobals('track') === 'default') {
        const { onlyTrackOf } = await import('./only-track.ts')
        options.track = (await onlyTrackOf(options.content)) ?? options.track
      }
      done(await (await load())(options, context, args))
    }

  program
    .description(
      'A hands-on workshop on identity-aware microsegmentation: every step is applied and then proved with real connections.',
    )
    .version(context.version)
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      writeErr: () => {},
    })

  const place = (command: Command) => addOutputOptions(addPlaceOptions(command))
  const places = (command: Command) => addOutputOptions(addPlaceOptions(command, { several: true }))
  const track = (command: Command) => command.option('--track <track>', 'calico or netpol', 'calico')
  const step = wholeNumber('a step')

  track(
    place(
      program
        .command('tui', { isDefault: true })
        .description('the workshop on the whole screen (this is what runs without a command)'),
    ),
  )
    .option('--no-alt-screen', 'draw on the normal screen and leave everything in the scrollback')
    .option('--no-quiz', 'never ask to predict what a policy will change')
    .option('--plain', 'no full screen: plain lines, for screen readers and slow links')
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => (await import('./tui.ts')).tui))

  track(place(program.command('run').description('do the steps line by line; asks before each action')))
    .option('--step <n>', 'only this step', step)
    .option('--from <n>', 'from this step on', step)
    .option('--to <n>', 'up to this step', step)
    .option('--auto', 'apply and prove without asking')
    .option('--keep-going', 'go on after a step that is not proved')
    .option('--write', 'you write the policies of steps that offer it; your file in the working folder is applied')
    .option('--no-quiz', 'leave out the questions')
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => (await import('./run.ts')).run))

  track(
    places(
      program
        .command('verify')
        .description('prove the stage the cluster is in, or one step; changes no policy, label or workload'),
    ),
  )
    .option('--step <n>', 'prove this step', step)
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => onEachContext((await import('./verify.ts')).verify)))

  track(
    places(
      program.command('status').description('which step the cluster is at, and what is missing, extra or changed'),
    ),
  )
    .option('-w, --watch', 'say it again whenever it changes, until Ctrl-C; changes nothing')
    .action(act(async () => onEachContext((await import('./status.ts')).status)))

  track(
    places(
      program
        .command('reset')
        .description('back to the state after step N (default: before the workshop); shows the plan first'),
    ),
  )
    .option('--to <n>', 'the step whose state to return to', step)
    .option('--dry-run', 'only print the plan, as kubectl lines')
    .option('-y, --yes', 'carry the plan out without asking')
    .action(act(async () => onEachContext((await import('./reset.ts')).reset)))

  track(
    place(
      program
        .command('goto')
        .argument('<n>', 'step', step)
        .description('apply what the steps up to N apply, without teaching, then prove N'),
    ),
  )
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => (await import('./goto.ts')).goto))

  track(
    place(
      program
        .command('probe')
        .argument('<from>')
        .argument('<to[:port]>')
        .description('one connection: its outcome, the evidence and why'),
    ),
  )
    .addOption(new Option('--tool <tool>', 'how to try it').choices(['nc', 'curl', 'ping', 'dig']))
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => (await import('./probe.ts')).probe))

  const world = (command: Command) =>
    place(command).option(
      '-f, --filename <file>',
      'take the world from this file, folder or - instead of a cluster; can be repeated',
      collect,
      [],
    )

  world(
    program
      .command('explain')
      .argument('<from>')
      .argument('<to[:port]>')
      .description('why this flow is open or blocked: tier by tier, both ends'),
  )
    .option('--protocol <p>', 'TCP, UDP, SCTP, ICMP or a number (default: TCP, or what the Service has)')
    .action(act(async () => (await import('./explain.ts')).explain))

  track(
    world(
      program.command('matrix').description('every source to every service, predicted; --probe measures and compares'),
    ),
  )
    .option('--probe', 'measure every pair with real connections')
    .option('--only-differences <base>', 'show only what differs from the world in this file or folder')
    .option('--csv', 'one line per pair, for spreadsheets')
    .option('--no-ephemeral', 'never put a probe container into a pod')
    .action(act(async () => (await import('./matrix.ts')).matrix))

  world(
    program
      .command('plan')
      .argument('<change...>')
      .description('which flows would open or close if these files were applied; nothing is applied'),
  )
    .option('--delete', 'the files name objects to delete')
    .option('--track <track>', 'whose step wants the file (default: the one that asks for a file of this name)')
    .option('--step <n>', 'compare with what this step wants you to write', step)
    .action(act(async () => (await import('./plan.ts')).plan))

  world(program.command('board').description('tiers in order, policies in order, what each selects')).action(
    act(async () => (await import('./board.ts')).board),
  )

  track(
    world(
      program
        .command('flows')
        .description('who talks to whom: declared by the workloads, allowed by policy, seen by probes'),
    ),
  ).action(act(async () => (await import('./flows.ts')).flows))

  track(
    place(
      program.command('doctor').description('is this machine and cluster ready; every failing check says what to do'),
    ),
  )
    .option('--rbac', 'print the smallest Role and ClusterRole the workshop needs')
    .action(act(async () => (await import('./doctor.ts')).doctor))

  place(
    program
      .command('sandbox')
      .argument('[start|reset]', 'start (default) or reset', oneOf('start', 'reset'))
      .description('run only the sandbox and say how to point kubectl at it'),
  )
    .option('--with-shop', 'with the shop already deployed')
    .option('--fault <kind=rate>', 'inject faults, for tests; can be repeated', collect, [])
    .option(
      '--enforcement-delay <ms>',
      'how long a policy takes until it is enforced',
      wholeNumber('--enforcement-delay'),
    )
    .option('-y, --yes', 'reset without asking')
    .action(act(async () => (await import('./sandbox.ts')).sandbox))

  addOutputOptions(program.command('lint').argument('[files...]').description('check step content and manifests'))
    .option('--content <dir>', 'the folder with steps/ and manifests/')
    .action(act(async () => (await import('./lint.ts')).lint))

  addOutputOptions(
    program
      .command('schema')
      .argument('[step|track|expect]', 'of which content file (default: a step)', oneOf('step', 'track', 'expect'))
      .description('JSON Schema of step files, for editors'),
  ).action(act(async () => (await import('./schema.ts')).schema))
  return program
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value]
}

function oneOf(...values: string[]): (text: string) => string {
  return (text) => {
    if (!values.includes(text)) throw new InvalidArgumentError(`It is one of: ${values.join(', ')}.`)
    return text
  }
}

/** Runs the program with these arguments and returns its exit code; prints the final error, once, in the asked form. */
export async function runProgram(args: string[], version: string, streams: Io = processIo()): Promise<number> {
  // Every exec and watch listens to the signals made from this one; that is no leak.
  setMaxListeners(0)
  const controller = new AbortController()
  const json = wantsJson(args)
  const io = safeIo(streams, json)
  const debug = args.includes('--debug')
  const stop = (reason: WorkshopError) => {
    controller.abort(reason)
    // What does not listen (a credential plugin, a server that says nothing) must not keep the person.
    setTimeout(() => {
      if (!ended) report(reason, args, io, { json, debug })
      process.exit(reason.exitCode)
    }, INTERRUPT_MS).unref()
  }
  let hungUp = false
  const onSignal = (signal: NodeJS.Signals) => {
    hungUp ||= signal === 'SIGHUP' && streams.interactive
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    stop(interrupted())
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  // Whoever read the output has gone (`| head`): there is nobody to go on for, and nothing to crash about.
  let lost: WorkshopError | null = null
  streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost ??= outputLost(error)
    if (!ended && !controller.signal.aborted) stop(lost ?? interrupted())
  })
  // There is no other place to say it.
  streams.stderr.on('error', () => {})
  let code: number = exitCodes.done
  let ended = false
  try {
    await createProgram({ io, signal: controller.signal, version }, (result) => {
      code = result
    }).parseAsync(args, { from: 'user' })
  } catch (error) {
    code = report(error, args, io, { json, debug })
  } finally {
    // What was written last fails a moment later.
    await new Promise((resolve) => setImmediate(resolve))
    ended = true
    for (const signal of signals) process.off(signal, onSignal)
  }
  // The terminal is gone. Node would want to set it right on its way out, and crash (its ResetStdio asserts that it can).
  if (hungUp) {
    process.removeAllListeners('SIGHUP')
    process.kill(process.pid, 'SIGHUP')
  }
  if (lost && code === exitCodes.done) code = report(lost, args, io, { json, debug })
  return code
}

function report(error: unknown, args: string[], io: Io, style: { json: boolean; debug: boolean }): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.helpDisplayed' || error.code === 'commander.help')
      return exitCodes.done
    const hint = suggestionFor(args, error)
    const unknown = unknownCommand(args, error)
    const usage = new WorkshopError({
      code: 'USAGE',
      message: unknown ? `There is no command ${unknown}.` : error.message.replace(/^error: /, ''),
      hint,
      exitCode: exitCodes.usage,
    })
    return report(usage, args, io, style)
  }
  io.stderr.write(style.json ? `${JSON.stringify(errorToJson(error))}\n` : `${formatError(error, style)}\n`)
  return error instanceof WorkshopError ? error.exitCode : exitCodes.bug
}

function wantsJson(args: string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--output=json' ||
      arg === '-ojson' ||
      arg === '-o=json' ||
      ((arg === '--output' || arg === '-o') && args[index + 1] === 'json'),
  )
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process
  const interactive = Boolean(stdin.isTTY && stdout.isTTY && (!env.CI || env.CI === '0' || env.CI === 'false'))
  return { stdin, stdout, stderr, env, interactive }
}
