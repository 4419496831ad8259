import { type Command, InvalidArgumentError, Option } from 'commander'

/** Where a command works: the sandbox unless a context is named. */
export interface PlaceOptions {
  context?: string
  kubeconfig?: string
  confirmContext?: string
  sandbox?: boolean
  home?: string
  calico: '3.29' | '3.30' | '3.31' | '3.32' | 'native' | 'enterprise' | 'none'
  timeScale: number
  via: 'kubectl' | 'api' | 'auto'
  port?: number
  deadline?: number
  probeImage?: string
  content?: string
}

export interface OutputOptions {
  output: 'text' | 'json'
  debug?: boolean
}

export const calicoValues = ['3.29', '3.30', '3.31', '3.32', 'native', 'enterprise', 'none'] as const

export function wholeNumber(name: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max || text.trim() === '') {
      throw new InvalidArgumentError(
        `${name} is a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}.`,
      )
    }
    return value
  }
}

function nonNegative(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isFinite(value) || value < 0 || text.trim() === '')
      throw new InvalidArgumentError(`${name} is a number, 0 or more.`)
    return value
  }
}

/** One name stays a plain string; the option given again makes a list. */
function oneOrMore(value: string, previous: string | string[] | undefined): string | string[] {
  return previous === undefined ? value : [...[previous].flat(), value]
}

/** The options that choose a cluster; the same on every command that talks to one. `several`: more than one context. */
export function addPlaceOptions(command: Command, { several = false } = {}): Command {
  const names = (flags: string, text: string) =>
    several ? new Option(flags, `${text}; can be repeated`).argParser(oneOrMore) : new Option(flags, text)
  return command
    .addOption(names('--context <name>', 'work on this context of the kubeconfig instead of the sandbox'))
    .option('--kubeconfig <file>', 'the kubeconfig that holds the context (default: KUBECONFIG, then ~/.kube/config)')
    .addOption(names('--confirm-context <name>', 'answers the question whether this cluster is meant (for scripts)'))
    .option('--sandbox', 'work on the embedded sandbox (the default)')
    .option('--home <dir>', 'folder for the sandbox, progress and the copied workshop files')
    .addOption(new Option('--calico <version>', 'which Calico the sandbox is').choices(calicoValues).default('3.32'))
    .option('--time-scale <x>', 'sandbox: 1 = real waiting, 0 = none', nonNegative('--time-scale'), 1)
    .addOption(
      new Option('--via <way>', 'who carries out the actions').choices(['kubectl', 'api', 'auto']).default('auto'),
    )
    .option('--port <n>', 'sandbox: listen on this port', wholeNumber('--port', { min: 1, max: 65535 }))
    .option('--deadline <seconds>', 'how long a probe may take to show what is expected', nonNegative('--deadline'))
    .option('--probe-image <image>', 'image of probe containers and probe pods')
    .option('--content <dir>', 'another folder with steps/ and manifests/')
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'text for people, json for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--debug', 'show stacks and details of errors')
}
