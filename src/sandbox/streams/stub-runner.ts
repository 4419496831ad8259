import type { ProcessEnd, ProcessRunner } from '../contracts.ts'

/** Stands in for the simulated programs until they are there: `true`, `echo`, `cat`, `sh -c "exit N"`. */
export function createProcessRunner(_deps: unknown): ProcessRunner {
  return {
    async run(_target, command, io): Promise<ProcessEnd> {
      const [program, ...args] = command
      if (program === 'true') return { kind: 'exited', code: 0 }
      if (program === 'echo') {
        io.stdout(`${args.join(' ')}\n`)
        return { kind: 'exited', code: 0 }
      }
      if (program === 'cat' && io.stdin) {
        for await (const chunk of io.stdin) io.stdout(chunk)
        return { kind: 'exited', code: 0 }
      }
      if (program === 'sh' && args[0] === '-c') {
        const exit = /exit (\d+)/.exec(args[1] ?? '')
        const echo = /echo (\w+)/.exec(args[1] ?? '')
        if (echo) io.stdout(`${echo[1]}\n`)
        return { kind: 'exited', code: exit ? Number(exit[1]) : 0 }
      }
      return { kind: 'not-started', message: `exec: "${program}": executable file not found in $PATH` }
    },
  }
}
