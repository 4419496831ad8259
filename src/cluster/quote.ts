/** Quotes one argument for a POSIX shell, and only when it needs it, so that lines stay readable. */
export function quoteArg(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument
  return `'${argument.replaceAll("'", `'\\''`)}'`
}

/** The same for the shell people have: cmd and PowerShell know only double quotes in common. */
export function quoteForShell(argument: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return quoteArg(argument)
  if (/^[A-Za-z0-9_@%+=:,./\\-]+$/.test(argument)) return argument
  return `"${argument.replaceAll('"', '\\"')}"`
}
