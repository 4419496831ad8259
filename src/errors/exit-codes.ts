/** The exit codes of the program; README.md lists them and a test compares the two. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  unmet: 3,
  invalidContent: 4,
  notReady: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
