import { relative, resolve, sep } from 'node:path'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { causeText } from '../policy/validate/issue.ts'
import { validate } from '../policy/validate/validate.ts'
import { plural } from '../text/words.ts'
import { lintContent } from '../workshop/lint.ts'
import { lintFile } from '../workshop/lint-file.ts'
import type { ValidateObject } from '../workshop/lint-manifest.ts'
import { packagedContentDir } from '../workshop/load-files.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'

/** `lint`: every mistake of the content with file, line and column. Exit 4 when there is one. */
export async function lint(
  options: OutputOptions & { content?: string },
  { io }: CommandContext,
  [files = []]: [string[]?],
): Promise<ExitCode> {
  const content = options.content ? resolve(options.content) : packagedContentDir()
  const result = lintContent(content, whatCalicoRefuses)
  const wanted = files.map((file) => resolve(file))
  const inside = (file: string) => isWithin(file, content)
  const issues =
    wanted.length === 0
      ? result.issues
      : [
          ...result.issues.filter((issue) =>
            wanted.some((file) => inside(file) && isWithin(resolve(issue.location.file), file)),
          ),
          ...wanted
            .filter((file) => !inside(file))
            .flatMap((file) => lintFile(file, relative(process.cwd(), file), whatCalicoRefuses)),
        ]
  if (options.output === 'json') {
    io.stdout.write(
      `${JSON.stringify({ v: 1, ok: issues.length === 0, issues, tracks: result.tracks, manifests: result.manifests })}\n`,
    )
  } else {
    for (const { location, message, allowed } of issues) {
      io.stdout.write(
        `${escapeControl(location.file)}:${location.line}:${location.column}: ${escapeControl(message)}\n`,
      )
      if (location.excerpt) io.stdout.write(`  ${location.line} | ${escapeControl(location.excerpt)}\n`)
      if (allowed) io.stdout.write(`  allowed: ${escapeControl(allowed)}\n`)
    }
    const tracks = result.tracks.map((track) => `${track.id} (${track.steps} steps)`).join(', ')
    io.stdout.write(
      issues.length === 0
        ? `Nothing wrong: ${tracks}, ${result.manifests} manifests.\n`
        : `${plural(issues.length, 'mistake')}.\n`,
    )
  }
  return issues.length === 0 ? exitCodes.done : exitCodes.invalidContent
}

/** Calico's own validation; domain rules are content for the editions that have them. */
const whatCalicoRefuses: ValidateObject = (object) =>
  validate(object as Parameters<typeof validate>[0], { domains: true }).issues.map((issue) => ({
    path: issue.path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    message: issue.stage === 'decode' ? issue.message : `${issue.field}: ${causeText(issue)}`,
  }))

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}
