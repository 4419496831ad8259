import type { Location } from '../errors/workshop-error.ts'

/** One mistake in a content file: where it is, what is wrong, what would be right there. */
export interface ContentIssue {
  location: Location
  message: string
  /** What is allowed at this place. */
  allowed?: string
}

/** The order a person reads them in: file, then line, then column. */
export function sortIssues(issues: readonly ContentIssue[]): ContentIssue[] {
  return [...issues].sort(
    (a, b) =>
      a.location.file.localeCompare(b.location.file) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column,
  )
}
