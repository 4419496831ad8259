import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** Somebody else listens on the port the user asked for. */
export function sandboxPortInUse(port: number, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'SANDBOX_PORT_IN_USE',
    message: `The sandbox cannot listen on 127.0.0.1:${port}: another program uses that port.`,
    hint: 'Choose another with --port, or leave --port out and the sandbox takes a free one.',
    exitCode: exitCodes.notReady,
    cause,
  })
}

export function sandboxPortForbidden(port: number, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'SANDBOX_PORT_FORBIDDEN',
    message: `The system does not let this user listen on 127.0.0.1:${port}.`,
    hint: 'Choose a port above 1023 with --port, or leave --port out.',
    exitCode: exitCodes.notReady,
    cause,
  })
}

/** The folder for kubeconfig, certificate and state cannot be written. */
export function sandboxHomeUnusable(folder: string, cause: unknown): WorkshopError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new WorkshopError({
    code: 'SANDBOX_HOME_UNUSABLE',
    message: `The sandbox cannot use its folder ${folder}: ${why}`,
    hint: 'Choose another folder with --home DIR, or make this one writable.',
    exitCode: exitCodes.notReady,
    cause,
  })
}

/** The state was written by a newer release of this program. */
export function sandboxStateTooNew(file: string, version: unknown): WorkshopError {
  return new WorkshopError({
    code: 'SANDBOX_STATE_TOO_NEW',
    message: `The sandbox's state in ${file} has format ${String(version)}, which this release does not know.`,
    hint: 'Use the release that wrote it, or start anew: hipster-workshop sandbox reset.',
    exitCode: exitCodes.notReady,
  })
}

/** A reset while another process serves this home would be undone by it. */
export function sandboxInUse(folder: string, pid: number): WorkshopError {
  return new WorkshopError({
    code: 'SANDBOX_IN_USE',
    message: `Another process (${pid}) serves the sandbox in ${folder}.`,
    hint: 'End that process first; it may be a workshop in another terminal.',
    exitCode: exitCodes.notReady,
  })
}

/** Its server takes connections and says nothing: stopped with ctrl-Z, or hanging. */
export function sandboxSilent(folder: string, pid: number): WorkshopError {
  return new WorkshopError({
    code: 'SANDBOX_SILENT',
    message: `Process ${pid} serves the sandbox in ${folder} and does not answer. It may have been stopped with ctrl-Z.`,
    hint: `Let it go on (fg in its terminal) or end it (kill -9 ${pid}), and start again.`,
    exitCode: exitCodes.notReady,
  })
}

/** The manifests that `withShop` needs are not in the package. */
export function sandboxShopMissing(folder: string, cause: unknown): WorkshopError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new WorkshopError({
    code: 'SANDBOX_SHOP_MISSING',
    message: `The shop's manifests cannot be loaded from ${folder}: ${why}`,
    hint: 'With --content, that folder needs manifests/shop; otherwise the installation is incomplete: install it again.',
    exitCode: exitCodes.notReady,
    cause,
  })
}
