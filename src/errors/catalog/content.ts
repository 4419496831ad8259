import { escapeControl } from '../escape.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Location, WorkshopError } from '../workshop-error.ts'

interface Issue {
  location: Location
  message: string
  allowed?: string
}

/** All issues of the content as text: `file:line:column: what`, the line, what is allowed there. */
function formatIssues(issues: readonly Issue[]): string {
  return issues
    .map(({ location: { file, line, column, excerpt }, message, allowed }) => {
      const lines = [`${escapeControl(file)}:${line}:${column}: ${escapeControl(message, { multiline: true })}`]
      if (excerpt?.trim()) {
        lines.push(`  ${line} | ${escapeControl(excerpt)}`)
        lines.push(`  ${' '.repeat(String(line).length)} | ${' '.repeat(Math.max(0, column - 1))}^`)
      }
      if (allowed) lines.push(`  allowed here: ${escapeControl(allowed)}`)
      return lines.join('\n')
    })
    .join('\n')
}

/** Steps, expected sets or manifests that cannot be used; every mistake found is in the message. */
export function contentInvalid(issues: readonly Issue[]): WorkshopError {
  return invalid(
    issues,
    "The workshop's content",
    'Correct it and run hipster-workshop lint; steps/README.md describes every field. Nothing was changed in the cluster.',
  )
}

/** A manifest in the working folder, mostly the learner's own, that cannot be read. */
export function manifestInvalid(issues: readonly Issue[]): WorkshopError {
  return invalid(issues, 'The manifest', 'Correct the file and do it again. Nothing of it was applied.')
}

function invalid(issues: readonly Issue[], what: string, hint: string): WorkshopError {
  const count = issues.length === 1 ? 'one mistake' : `${issues.length} mistakes`
  const first = issues[0]
  return new WorkshopError({
    code: 'STEP_INVALID',
    message: `${what} has ${count}:\n${formatIssues(issues)}`,
    hint,
    ...(first
      ? { location: { file: first.location.file, line: first.location.line, column: first.location.column } }
      : {}),
    exitCode: exitCodes.invalidContent,
  })
}

/** A track that does not exist, with those that do. */
export function unknownTrack(name: string, known: readonly string[]): WorkshopError {
  return new WorkshopError({
    code: 'UNKNOWN_TRACK',
    message: `There is no track "${escapeControl(name)}".`,
    hint: known.length > 0 ? `Tracks: ${known.join(', ')}.` : 'This content folder holds no track at all.',
    exitCode: exitCodes.usage,
  })
}

/** A step number or id that the track does not have. */
export function unknownStep(step: string | number, track: string, known: readonly (string | number)[]): WorkshopError {
  return new WorkshopError({
    code: 'UNKNOWN_STEP',
    message: `The track ${track} has no step ${escapeControl(String(step))}.`,
    hint: `Steps: ${known.join(', ')}.`,
    exitCode: exitCodes.usage,
  })
}

/** A folder given by --content, or our own, without what a content folder holds. */
export function contentMissing(dir: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'CONTENT_MISSING',
    message: `${escapeControl(dir)} is not a content folder: it must hold the folders steps and manifests.`,
    hint: 'Point --content at a folder with steps/<track>/track.yaml, steps/<track>/NN-name.yaml and manifests/.',
    exitCode: exitCodes.invalidContent,
    cause,
  })
}

/** A content file that is not there or cannot be read. */
export function contentUnreadable(file: string, reason: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'CONTENT_UNREADABLE',
    message: `${escapeControl(file)} cannot be read: ${escapeControl(reason)}.`,
    hint: 'Check the path and its permissions.',
    exitCode: exitCodes.invalidContent,
    cause,
  })
}

/** A file of ours that this user may not read: made by another one (sudo), for example. */
export function homeNotReadable(path: string, reason: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'HOME_NOT_READABLE',
    message: `${escapeControl(path)} cannot be read: ${escapeControl(reason)}.`,
    hint: 'Make it readable (a run with sudo may have made it), or give another folder with --home DIR.',
    exitCode: exitCodes.notReady,
    cause,
  })
}

/** The folder for progress and copies cannot be written. */
export function homeNotWritable(path: string, reason: string, cause?: unknown): WorkshopError {
  return new WorkshopError({
    code: 'HOME_NOT_WRITABLE',
    message: `${escapeControl(path)} cannot be written: ${escapeControl(reason)}.`,
    hint: 'Give another folder with --home DIR or HIPSTER_WORKSHOP_HOME.',
    exitCode: exitCodes.notReady,
    cause,
  })
}
