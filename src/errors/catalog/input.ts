import { exitCodes } from '../exit-codes.ts'
import { type Location, WorkshopError } from '../workshop-error.ts'

/** A file given with -f, or a change to plan, that is not YAML or JSON. */
export function inputInvalid(message: string, location: Location): WorkshopError {
  return new WorkshopError({
    code: 'INPUT_INVALID',
    message: `This is not YAML or JSON: ${message}. Nothing was evaluated, because half a world gives false answers.`,
    hint: 'Mend the line, or export again: kubectl get KINDS -A -o yaml',
    location,
    exitCode: exitCodes.invalidContent,
  })
}

/** Packed, or no text at all. */
export function inputNotText(path: string, isGzip: boolean): WorkshopError {
  return new WorkshopError({
    code: 'INPUT_INVALID',
    message: `${path} is ${isGzip ? 'packed with gzip' : 'no text'}, not YAML or JSON.`,
    hint: isGzip
      ? 'Unpack it on the way: gunzip -c FILE | hipster-workshop matrix -f -'
      : 'Export again: kubectl get KINDS -A -o yaml > FILE',
    exitCode: exitCodes.invalidContent,
  })
}

export function inputUnreadable(path: string, reason: string, cause: unknown): WorkshopError {
  const why = reason === 'ENOENT' ? 'there is no such file' : reason === 'EACCES' ? 'permission denied' : reason
  return new WorkshopError({
    code: 'INPUT_UNREADABLE',
    message: `Cannot read ${path}: ${why}.`,
    hint: 'Give a file, a folder with YAML or JSON files, or - for standard input.',
    cause,
    exitCode: exitCodes.usage,
  })
}

/** A change to plan that the API would refuse. */
export function inputRejected(refusals: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'INPUT_REJECTED',
    message: `Calico would refuse this:\n${refusals.map((line) => `  ${line}`).join('\n')}`,
    hint: 'Mend the fields named above; nothing was evaluated.',
    exitCode: exitCodes.invalidContent,
  })
}
